//! Whom zencat trusts: a service on loopback whose certificate nobody has heard of, until somebody is told to trust it.

use std::fs;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rustls::ServerConfig;
use rustls::ServerConnection;
use rustls::StreamOwned;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::PrivatePkcs8KeyDer;

use crate::world::World;

/// For 127.0.0.1, from 2020 to 2120, signed by itself.
const CERTIFICATE: &str = "MIIBcTCCARigAwIBAgIBATAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAt6ZW5jYXQgdGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIw\
    MDEwMTAwMDAwMFowFjEUMBIGA1UEAwwLemVuY2F0IHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATM72JaITU8UY45DBBs\
    c6oBpAr5p8QNzojVJ/dVltPrRSiGlVfo1+ozsBXq4+cyp2Py+am1tvn2PK/MAV38BRRfo1UwUzAMBgNVHRMBAf8EAjAAMA8GA1Ud\
    EQQIMAaHBH8AAAEwEwYDVR0lBAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYEFIsAmZk74RyqRq3+unvfqa0gFvL3MAoGCCqGSM49BAMC\
    A0cAMEQCIF9ViMX+zIojlCfeQoABtCcaw45QskfQmZ9Sgx2IJ685AiB9QMw0Nv57DKC9xB++n2fH4lbQ2yEP4Y9MZLFxVPeaQQ==";

/// Its key, which is nobody's secret.
const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtAdRjgEYg3kUwyuOYzuDjNQfMXJ4yJ/4SCAT1uSIit+hRANCAATM\
    72JaITU8UY45DBBsc6oBpAr5p8QNzojVJ/dVltPrRSiGlVfo1+ozsBXq4+cyp2Py+am1tvn2PK/MAV38BRRf";

/// A service that refuses all credentials, and has to be trusted before it gets any. Returns its address.
pub(crate) fn service() -> String {
    let der = |text: &str| BASE64.decode(text).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(der(CERTIFICATE))],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(der(KEY))),
        );
    let config = Arc::new(config.unwrap());
    serve(move |stream| {
        let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
        answer(&mut stream);
        stream.conn.send_close_notify();
        let _ = stream.flush();
    })
}

/// A service that knows nothing of TLS. Returns the address that somebody might think it has.
pub(crate) fn service_without_tls() -> String {
    serve(|mut stream| answer(&mut stream))
}

fn serve(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || listener.incoming().flatten().for_each(handle));
    address
}

/// Reads something and refuses it. A client that goes away does not matter.
fn answer(stream: &mut (impl Read + Write)) {
    let mut request = [0; 4096];
    if stream.read(&mut request).is_ok() {
        let _ =
            stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
}

/// A world whose help center is that service.
pub(crate) fn world(address: &str) -> World {
    let world = World::new();
    world.manifest(&world.plain_manifest("de").replace(&world.sandbox.zendesk_url(), address));
    world
}

/// The variable is read on Linux alone; elsewhere the system's own settings count.
#[cfg(target_os = "linux")]
#[test]
fn an_authority_of_one_s_own_is_trusted_where_it_is_named() {
    let mut world = world(&service());
    let ran = world.zencat(&["plan"]).exits(1).tells("cannot show that it is the one who answers");
    assert!(!ran.stderr.contains("tries"), "asking again changes nothing: {}", ran.stderr);

    let pem = format!("-----BEGIN CERTIFICATE-----\n{CERTIFICATE}\n-----END CERTIFICATE-----\n");
    fs::write(world.path("authority.pem"), pem).unwrap();
    world.set("SSL_CERT_FILE", "authority.pem");
    world.zencat(&["plan"]).exits(1).tells("Zendesk does not take this OAuth client");
}
