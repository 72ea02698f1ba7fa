// Certificate chains judged by the trust manager of the JDK: questions on standard input,
// answers on standard output, a line each (see asked.py).

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

public final class Verify {
    private static X509Certificate[] certificates(String field) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        String[] texts = field.split(",");
        X509Certificate[] found = new X509Certificate[texts.length];
        for (int i = 0; i < texts.length; i++) {
            byte[] der = Base64.getDecoder().decode(texts[i]);
            found[i] = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
        }
        return found;
    }

    private static X509TrustManager trusting(X509Certificate[] anchors, Date at) throws Exception {
        Set<TrustAnchor> trusted = new HashSet<>();
        for (X509Certificate anchor : anchors) {
            trusted.add(new TrustAnchor(anchor, null));
        }
        PKIXBuilderParameters parameters =
            new PKIXBuilderParameters(trusted, new X509CertSelector());
        parameters.setRevocationEnabled(false);
        parameters.setDate(at);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    private static void judge(String[] fields) throws Exception {
        X509Certificate[] chain = certificates(fields[2]);
        Date at = new Date(Long.parseLong(fields[1]) * 1000);
        X509TrustManager manager = trusting(certificates(fields[3]), at);
        if (fields[0].equals("client")) {
            // As CertificateMessage does: the algorithm of the key.
            manager.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
        } else {
            // As TLS 1.3 does, where a suite no longer names the authentication.
            manager.checkServerTrusted(chain, "UNKNOWN");
        }
    }

    private static String words(Throwable problem) {
        Throwable cause = problem;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String said = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return said.replaceAll("\\s+", " ").trim();
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        out.println(System.getProperty("java.vendor") + "\t" + System.getProperty("java.version"));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try {
                judge(line.split("\t", -1));
                out.println("accept");
            } catch (Exception problem) {
                out.println("reject\t" + words(problem));
            }
        }
        out.flush();
    }
}
