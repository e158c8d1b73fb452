import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Opens files with the JDK that runs it. See read.mjs for the manifest and the answers. */
class Read {
    public static void main(String[] arguments) throws Exception {
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            String[] f = line.split("\t", -1);
            char[] password = new String(Base64.getDecoder().decode(f[4]), StandardCharsets.UTF_8).toCharArray();
            String answer;
            String certificates = "";
            try {
                List<Certificate> found = read(f[1], Path.of(f[2]), password, Path.of(f[5]));
                answer = found == null ? "-" : "ok";
                certificates = found == null ? "" : digest(found);
            } catch (Exception e) {
                answer = String.valueOf(e.getMessage()).split("\n")[0];
            }
            System.out.println(f[0] + "\t" + answer + "\t" + certificates);
        }
    }

    static List<Certificate> read(String form, Path path, char[] password, Path leaf) throws Exception {
        switch (form) {
            case "pkcs12": case "pkcs12-legacy": case "pkcs12-pbmac1":
                return store("PKCS12", path, password);
            case "jks":
                return store("JKS", path, password);
            case "truststore-pkcs12":
                return trust("PKCS12", path, password);
            case "truststore-jks":
                return trust("JKS", path, password);
            case "cert-pem": case "leaf-pem": case "chain-pem": case "ca-pem": case "cert-der":
                return new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(Files.newInputStream(path)));
            case "key-pem":
                String text = Files.readString(path).replaceAll("-----[^-]*-----", "");
                return key(Base64.getMimeDecoder().decode(text), password, leaf);
            case "key-der":
                return key(Files.readAllBytes(path), password, leaf);
        }
        return null;
    }

    static List<Certificate> store(String type, Path path, char[] password) throws Exception {
        KeyStore ks = KeyStore.getInstance(type);
        ks.load(Files.newInputStream(path), password);
        for (String alias : Collections.list(ks.aliases())) {
            if (ks.isKeyEntry(alias)) {
                Certificate[] chain = ks.getCertificateChain(alias);
                checkPair((PrivateKey) ks.getKey(alias, password), chain[0]);
                return List.of(chain);
            }
        }
        throw new Exception("no entries");
    }

    static List<Certificate> trust(String type, Path path, char[] password) throws Exception {
        KeyStore ks = KeyStore.getInstance(type);
        ks.load(Files.newInputStream(path), password.length == 0 ? null : password);
        List<Certificate> found = new ArrayList<>();
        for (String alias : Collections.list(ks.aliases())) {
            if (ks.isCertificateEntry(alias)) found.add(ks.getCertificate(alias));
        }
        if (found.isEmpty()) throw new Exception("no entries");
        return found;
    }

    static List<Certificate> key(byte[] der, char[] password, Path leaf) throws Exception {
        Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(Files.newInputStream(leaf));
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(der);
        if (password.length > 0) {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
            String algorithm = info.getAlgName().equals("PBES2") ? info.getAlgParameters().toString() : info.getAlgName();
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password)), info.getAlgParameters());
            spec = info.getKeySpec(cipher);
        }
        checkPair(KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm()).generatePrivate(spec), certificate);
        return List.of();
    }

    static void checkPair(PrivateKey key, Certificate certificate) throws Exception {
        String algorithm = key.getAlgorithm();
        String name = algorithm.equals("RSA") ? "SHA256withRSA" : algorithm.equals("EC") ? "SHA256withECDSA" : "Ed25519";
        byte[] message = {1, 2, 3};
        Signature s = Signature.getInstance(name);
        s.initSign(key);
        s.update(message);
        byte[] signature = s.sign();
        s.initVerify(certificate.getPublicKey());
        s.update(message);
        if (!s.verify(signature)) throw new Exception("another key");
    }

    static String digest(List<Certificate> certificates) throws Exception {
        StringBuilder all = new StringBuilder();
        for (Certificate c : certificates) {
            if (all.length() > 0) all.append(',');
            for (byte b : MessageDigest.getInstance("SHA-256").digest(c.getEncoded())) all.append(String.format("%02x", b));
        }
        return all.toString();
    }
}
