//! From the first byte to a login that was read: PRELOGIN, encryption, LOGIN7.

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::tls::{Certificates, Wrapped};
use crate::options::{Options, Split};
use crate::wire::login::{self, Login};
use crate::wire::packet::{ANSWER, Incoming, LOGIN, Message, Outgoing, PRELOGIN, Trouble};
use crate::wire::prelogin::{self, Agreed};
use crate::wire::reader::Malformed;

pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

pub(crate) struct Greeted {
    pub(crate) login: Login,
    pub(crate) stream: Box<dyn Stream>,
    pub(crate) is_encrypted: bool,
}

/// The packet size before one has been agreed on.
pub(crate) const FIRST_PACKET_SIZE: usize = 4096;
const TLS_HANDSHAKE: u8 = 0x16;

pub(crate) async fn greet(tcp: TcpStream, options: &Options, certificates: &Certificates) -> Result<Greeted, Trouble> {
    let mut first = [0];
    if tcp.peek(&mut first).await? == 0 {
        return Err(Trouble::End);
    }
    let split = &options.split;
    if first[0] == TLS_HANDSHAKE {
        let mut stream = certificates.strict.accept(tcp).await?;
        let wish = read_prelogin(&mut stream, split).await?;
        let (encryption, _) = prelogin::agree(options.encryption, wish);
        answer_prelogin(&mut stream, split, encryption).await?;
        let login = read_login(&mut stream, split).await?;
        return Ok(Greeted { login, stream: Box::new(stream), is_encrypted: true });
    }
    let mut tcp = tcp;
    let wish = read_prelogin(&mut tcp, split).await?;
    let (encryption, agreed) = prelogin::agree(options.encryption, wish);
    answer_prelogin(&mut tcp, split, encryption).await?;
    if agreed == Agreed::Nothing {
        let login = read_login(&mut tcp, split).await?;
        return Ok(Greeted { login, stream: Box::new(tcp), is_encrypted: false });
    }
    let mut stream = certificates.wrapped.accept(Wrapped::new(tcp, split.payload)).await?;
    stream.flush().await?;
    stream.get_mut().0.unwrap_bytes();
    let login = read_login(&mut stream, split).await?;
    if agreed == Agreed::Everything {
        return Ok(Greeted { login, stream: Box::new(stream), is_encrypted: true });
    }
    // The login was the only secret: what follows goes in the clear, without a word of farewell from TLS.
    let (wrapped, _) = stream.into_inner();
    Ok(Greeted { login, stream: Box::new(wrapped.into_inner()), is_encrypted: false })
}

async fn read_kind(stream: &mut (impl AsyncRead + Unpin), split: &Split, kind: u8) -> Result<Message, Trouble> {
    let message = Incoming::new(split).message(stream).await?;
    if message.kind != kind {
        return Err(Trouble::Malformed(Malformed(format!("a message {:#x} where {kind:#x} belongs", message.kind))));
    }
    Ok(message)
}

async fn read_prelogin(stream: &mut (impl AsyncRead + Unpin), split: &Split) -> Result<u8, Trouble> {
    Ok(prelogin::read(&read_kind(stream, split, PRELOGIN).await?.bytes)?)
}

async fn answer_prelogin(stream: &mut (impl AsyncWrite + Unpin), split: &Split, encryption: u8) -> Result<(), Trouble> {
    // Shorter than any packet, so clients read but one, and no server sends more.
    let whole = Split { payload: usize::MAX, ..*split };
    let mut outgoing = Outgoing::new(&whole, FIRST_PACKET_SIZE, 0);
    outgoing.push(stream, &prelogin::answer(encryption)).await?;
    Ok(outgoing.finish(stream, ANSWER).await?)
}

async fn read_login(stream: &mut (impl AsyncRead + Unpin), split: &Split) -> Result<Login, Trouble> {
    Ok(login::read(&read_kind(stream, split, LOGIN).await?.bytes)?)
}
