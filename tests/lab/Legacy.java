// SPDX-License-Identifier: Apache-2.0
/* A server of the Java library with everything it still can: SSLv3, EXPORT, RC4, DES, anonymous.  usage: java Legacy.java PORT PKCS12 */
import java.io.FileInputStream;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.Security;
import javax.net.ssl.*;

class Legacy {
	public static void main(String[] args) throws Exception {
		Security.setProperty("jdk.tls.disabledAlgorithms", "");
		Security.setProperty("jdk.tls.legacyAlgorithms", "");
		Security.setProperty("jdk.certpath.disabledAlgorithms", "");
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(new FileInputStream(args[1]), "lab".toCharArray());
		KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
		keys.init(store, "lab".toCharArray());
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), null, null);
		SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(
		    Integer.parseInt(args[0]), 64, InetAddress.getByName("127.0.0.1"));
		server.setEnabledCipherSuites(server.getSupportedCipherSuites());
		server.setEnabledProtocols(new String[] { "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3" });
		for (;;) {
			SSLSocket peer = (SSLSocket) server.accept();
			try {
				peer.startHandshake();
			} catch (Exception refused) {
				/* That is what is asked for here. */
			}
			peer.close();
		}
	}
}
