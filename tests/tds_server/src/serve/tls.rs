//! Certificates of the server, and the stream that wraps a TLS handshake into PRELOGIN packets.
//!
//! Up to version 7.4 of the protocol the handshake travels inside packets, and what follows it does not. TLS 1.3 sends
//! tickets after the handshake, when nobody knows whether they are still wrapped, so there it is TLS 1.2, as on SQL Server.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use crate::wire::packet::{HEADER, PRELOGIN};

pub(crate) struct Certificates {
    /// For the handshake inside of packets.
    pub(crate) wrapped: TlsAcceptor,
    /// For `encrypt=strict`, where TLS comes first.
    pub(crate) strict: TlsAcceptor,
    /// What a client must trust.
    pub(crate) authority: String,
}

pub(crate) fn certificates() -> Result<Certificates, Box<dyn std::error::Error + Send + Sync>> {
    let authority_key = rcgen::KeyPair::generate()?;
    let mut authority = rcgen::CertificateParams::new(Vec::<String>::new())?;
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    authority.distinguished_name.push(rcgen::DnType::CommonName, "TDS test server authority");
    let authority_text = authority.self_signed(&authority_key)?.pem();
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate()?;
    let mut params = rcgen::CertificateParams::new(["localhost", "127.0.0.1", "::1"].map(str::to_owned))?;
    params.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
    let certificate = params.signed_by(&key, &issuer)?;
    let config = |versions: &[&'static rustls::SupportedProtocolVersion]| -> Result<ServerConfig, rustls::Error> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_protocol_versions(versions)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
    };
    let wrapped = config(&[&rustls::version::TLS12])?;
    let mut strict = config(rustls::ALL_VERSIONS)?;
    strict.alpn_protocols = vec![b"tds/8.0".to_vec()];
    Ok(Certificates {
        wrapped: TlsAcceptor::from(Arc::new(wrapped)),
        strict: TlsAcceptor::from(Arc::new(strict)),
        authority: authority_text,
    })
}

/// A stream whose bytes go through PRELOGIN packets until the handshake is over.
pub(crate) struct Wrapped<S> {
    stream: S,
    is_wrapped: bool,
    most_per_packet: usize,
    header: Vec<u8>,
    /// Bytes of the packet that are still to be read.
    remaining: usize,
    /// What goes out as one message: clients wait for its end before they say more.
    flight: Vec<u8>,
    writing: Vec<u8>,
}

impl<S> Wrapped<S> {
    pub(crate) fn new(stream: S, most_per_packet: usize) -> Wrapped<S> {
        let most_per_packet = most_per_packet.clamp(1, 4088);
        Wrapped {
            stream,
            is_wrapped: true,
            most_per_packet,
            header: Vec::new(),
            remaining: 0,
            flight: Vec::new(),
            writing: Vec::new(),
        }
    }

    pub(crate) fn unwrap_bytes(&mut self) {
        self.is_wrapped = false;
    }

    pub(crate) fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wrapped<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        if !this.is_wrapped && this.remaining == 0 && this.header.is_empty() {
            return Pin::new(&mut this.stream).poll_read(context, out);
        }
        while this.remaining == 0 {
            let mut bytes = [0; HEADER];
            let mut header = ReadBuf::new(&mut bytes[this.header.len()..]);
            ready!(Pin::new(&mut this.stream).poll_read(context, &mut header))?;
            if header.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.header.extend_from_slice(header.filled());
            if let [kind, _, high, low, ..] = this.header[..]
                && this.header.len() == HEADER
            {
                let length = usize::from(u16::from_be_bytes([high, low]));
                if kind != PRELOGIN || length < HEADER {
                    return Poll::Ready(Err(std::io::Error::other("a handshake outside of PRELOGIN packets")));
                }
                this.remaining = length - HEADER;
                this.header.clear();
            }
        }
        let mut limited = vec![0; this.remaining.min(out.remaining())];
        let mut part = ReadBuf::new(&mut limited);
        ready!(Pin::new(&mut this.stream).poll_read(context, &mut part))?;
        this.remaining -= part.filled().len();
        out.put_slice(part.filled());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Wrapped<S> {
    /// Cuts a flight into packets, the last of which says so.
    fn packets(&mut self) {
        let flight = std::mem::take(&mut self.flight);
        let count = flight.len().div_ceil(self.most_per_packet);
        for (place, payload) in flight.chunks(self.most_per_packet).enumerate() {
            let [high, low] = ((payload.len() + HEADER) as u16).to_be_bytes();
            self.writing.extend([PRELOGIN, u8::from(place + 1 == count), high, low, 0, 0, 0, 0]);
            self.writing.extend_from_slice(payload);
        }
    }

    fn poll_writing(&mut self, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        while !self.writing.is_empty() {
            let count = ready!(Pin::new(&mut self.stream).poll_write(context, &self.writing))?;
            if count == 0 {
                return Poll::Ready(Err(std::io::ErrorKind::WriteZero.into()));
            }
            self.writing.drain(..count);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wrapped<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let this = &mut *self;
        if !this.is_wrapped {
            ready!(this.poll_writing(context))?;
            return Pin::new(&mut this.stream).poll_write(context, bytes);
        }
        this.flight.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.packets();
        ready!(self.poll_writing(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.packets();
        ready!(self.poll_writing(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
