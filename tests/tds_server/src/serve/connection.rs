//! One connection: the login is judged, then each message goes to the session's thread and its answer comes back in pieces.
//!
//! While an answer is on its way the next message is read, because it can be an attention: then the session is told to stop,
//! what it still says is thrown away, the answer ends, and the client gets the DONE that acknowledges the attention.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use super::handshake::{FIRST_PACKET_SIZE, Greeted, greet};
use crate::engine::session::{Piece, Request, Session};
use crate::error::{Ends, SqlError};
use crate::faults::Fault;
use crate::log::Event;
use crate::options::User;
use crate::server::Shared;
use crate::wire::login::Login;
use crate::wire::packet::{self, ANSWER, Incoming, Outgoing, Trouble};
use crate::wire::token::{self, Done};

pub(crate) async fn serve(tcp: std::net::TcpStream, connection: u64, shared: Arc<Shared>) {
    shared.log.push(Event::Connected { connection });
    let control = tcp.try_clone();
    let end = match (TcpStream::from_std(tcp), &control) {
        (Ok(tcp), Ok(_)) => talk(tcp, connection, &shared).await,
        (Err(_), _) | (_, Err(_)) => Ok(Close::Quietly),
    };
    match (end, control) {
        (Ok(Close::Reset), Ok(control)) => {
            // With no time to linger the close is a reset.
            let _ = socket2::SockRef::from(&control).set_linger(Some(Duration::ZERO));
        }
        (Err(Trouble::Malformed(what)), _) => {
            shared.log.push(Event::Fault { connection, what: what.to_string() });
        }
        (Err(Trouble::Broken(what)), _) => {
            shared.log.push(Event::Fault { connection, what: what.to_string() });
        }
        _ => {}
    }
    shared.log.push(Event::Disconnected { connection });
}

enum Close {
    Quietly,
    Reset,
}

async fn talk(tcp: TcpStream, connection: u64, shared: &Arc<Shared>) -> Result<Close, Trouble> {
    tcp.set_nodelay(true)?;
    let options = &shared.options;
    let Greeted { login, mut stream, is_encrypted } = greet(tcp, options, &shared.certificates).await?;
    let session_number = (50 + connection % 30_000) as u16;
    let mut outgoing = Outgoing::new(&options.split, FIRST_PACKET_SIZE, session_number);
    let mut tokens = Vec::new();
    let fault = shared.faults.login();
    if let Some(Fault::Delay(milliseconds)) = fault {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    }
    let user = match judge(&login, fault, shared) {
        Ok(user) => user,
        Err(Refusal::Reset) => return Ok(Close::Reset),
        Err(Refusal::Error(error)) => {
            shared.log.push(Event::Refused { connection, number: error.number });
            token::error(&mut tokens, &error);
            token::done(&mut tokens, Done::Batch, token::ERROR, 0, 0);
            outgoing.push(&mut stream, &tokens).await?;
            outgoing.finish(&mut stream, ANSWER).await?;
            stream.shutdown().await?;
            // The client closes first, so that nothing of the answer is lost.
            let mut rest = [0; 64];
            let _ = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut rest)).await;
            return Ok(Close::Quietly);
        }
    };
    let wished = if login.packet_size == 0 { FIRST_PACKET_SIZE } else { login.packet_size as usize };
    let packet_size = wished.clamp(512, options.packet_size.clamp(512, 32_767));
    welcome(&mut tokens, &login, packet_size, shared);
    outgoing.push(&mut stream, &tokens).await?;
    outgoing.finish(&mut stream, ANSWER).await?;
    outgoing.set_packet_size(packet_size, &options.split);
    shared.log.push(Event::LoggedIn {
        connection,
        user: login.user.clone(),
        database: login.database.clone(),
        application: login.application.clone(),
        packet_size,
        is_encrypted,
    });
    drop(login);
    let cancelled = Arc::new(AtomicBool::new(false));
    let (requests, waiting) = std::sync::mpsc::channel::<Request>();
    let session = Session::new(Arc::clone(shared), user, connection, Arc::clone(&cancelled));
    std::thread::Builder::new().name(format!("session {connection}")).spawn(move || session.run(&waiting))?;

    let (mut reading, mut writing) = tokio::io::split(stream);
    let mut incoming = Incoming::new(&options.split);
    loop {
        let message = match incoming.message(&mut reading).await {
            Ok(message) => message,
            Err(Trouble::End) => return Ok(Close::Quietly),
            Err(trouble) => return Err(trouble),
        };
        if message.kind == packet::WITHDRAWN {
            end_with_error(&mut outgoing, &mut writing).await?;
            continue;
        }
        if message.kind == packet::ATTENTION {
            shared.log.push(Event::Attention { connection });
            acknowledge_attention(&mut outgoing, &mut writing).await?;
            continue;
        }
        cancelled.store(false, Ordering::SeqCst);
        let (answer, mut pieces) = mpsc::channel::<Piece>(4);
        if requests.send(Request { message, answer }).is_err() {
            return Ok(Close::Reset);
        }
        let (mut is_attended, mut has_said) = (false, false);
        loop {
            tokio::select! {
                piece = pieces.recv() => match piece {
                    // A session that went away without a word: an answer without a token would be waited for without end.
                    None if !is_attended && !has_said => return Ok(Close::Reset),
                    None => break,
                    Some(Piece::Bytes(_)) if is_attended => {}
                    Some(Piece::Bytes(bytes)) => {
                        has_said = true;
                        outgoing.push(&mut writing, &bytes).await?;
                    }
                    Some(Piece::Flush) => outgoing.flush_part(&mut writing).await?,
                    Some(Piece::Reset) => return Ok(Close::Reset),
                },
                next = incoming.message(&mut reading), if !is_attended => {
                    cancelled.store(true, Ordering::SeqCst);
                    match next {
                        Ok(next) if next.kind == packet::ATTENTION => {
                            shared.log.push(Event::Attention { connection });
                            is_attended = true;
                        }
                        Ok(_) | Err(Trouble::End) => return Ok(Close::Quietly),
                        Err(trouble) => return Err(trouble),
                    }
                }
            }
        }
        if is_attended {
            // The answer that was begun ends, and the acknowledgement is a message of its own: clients count on both.
            end_with_error(&mut outgoing, &mut writing).await?;
            acknowledge_attention(&mut outgoing, &mut writing).await?;
        } else {
            outgoing.finish(&mut writing, ANSWER).await?;
        }
    }
}

async fn end_with_error(outgoing: &mut Outgoing, writing: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<()> {
    let mut tokens = Vec::new();
    token::done(&mut tokens, Done::Batch, token::ERROR, 0, 0);
    outgoing.push(writing, &tokens).await?;
    outgoing.finish(writing, ANSWER).await
}

async fn acknowledge_attention(
    outgoing: &mut Outgoing,
    writing: &mut (impl AsyncWrite + Unpin),
) -> std::io::Result<()> {
    let mut tokens = Vec::new();
    token::done(&mut tokens, Done::Batch, token::ATTENTION, 0xfd, 0);
    outgoing.push(writing, &tokens).await?;
    outgoing.finish(writing, ANSWER).await
}

enum Refusal {
    Error(SqlError),
    Reset,
}

fn judge(login: &Login, fault: Option<Fault>, shared: &Shared) -> Result<User, Refusal> {
    match fault {
        None | Some(Fault::Delay(_)) => {}
        Some(Fault::Error { number, message }) => {
            return Err(Refusal::Error(SqlError::new(number, 14, Ends::Batch, message)));
        }
        Some(_) => return Err(Refusal::Reset),
    }
    let options = &shared.options;
    let failed = || {
        let message = format!("Login failed for user '{}'.", login.user);
        Refusal::Error(SqlError::new(18456, 14, Ends::Batch, message))
    };
    if login.uses_other_means {
        return Err(failed());
    }
    let user = options.users.iter().find(|user| user.name.eq_ignore_ascii_case(&login.user)).ok_or_else(failed)?;
    if user.password != login.password {
        return Err(failed());
    }
    let wanted = login.database.to_lowercase();
    if !wanted.is_empty() && wanted != options.database.to_lowercase() && wanted != "master" {
        let message = format!("Cannot open database \"{}\" requested by the login. The login failed.", login.database);
        return Err(Refusal::Error(SqlError::new(4060, 11, Ends::Batch, message)));
    }
    Ok(user.clone())
}

fn welcome(tokens: &mut Vec<u8>, login: &Login, packet_size: usize, shared: &Shared) {
    let database = &shared.options.database;
    token::environment(tokens, 1, database, "master");
    token::info(tokens, 5701, &format!("Changed database context to '{database}'."));
    token::environment_collation(tokens, shared.collation);
    token::environment(tokens, 2, "us_english", "");
    token::info(tokens, 5703, "Changed language setting to us_english.");
    token::login_acknowledged(tokens);
    token::environment(tokens, 4, &packet_size.to_string(), &FIRST_PACKET_SIZE.to_string());
    if login.has_features {
        token::features_acknowledged(tokens, login.wants_utf8);
    }
    token::done(tokens, Done::Batch, 0, 0, 0);
}
