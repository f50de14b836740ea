//! A batch as statements: sqlparser reads one after the other, with or without semicolons between them.

use sqlparser::ast::{DataType, Ident, ObjectName, Statement};
use sqlparser::dialect::MsSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use crate::error::SqlError;
use crate::types::SqlType;
use crate::types::declared::{Place, declared};

/// One thing to do.
pub(crate) enum Item {
    Statement(Box<Statement>),
    /// `INSERT BULK`: the rows come in a message of their own.
    Bulk {
        table: ObjectName,
        columns: Vec<(String, SqlType)>,
    },
    /// `SAVE TRANSACTION`
    Save(String),
    /// `ROLLBACK TRANSACTION name`
    RollbackTo(String),
}

const DEEPEST: usize = 400;

fn told(error: ParserError) -> SqlError {
    match error {
        ParserError::TokenizerError(what) | ParserError::ParserError(what) => SqlError::syntax(what),
        ParserError::RecursionLimitExceeded => SqlError::new(
            8631,
            17,
            crate::error::Ends::Batch,
            "Internal error: Server stack limit has been reached. Please look for potentially deep nesting in your query, and try to simplify it.",
        ),
    }
}

pub(crate) fn statements(text: &str) -> Result<Vec<Item>, SqlError> {
    let dialect = MsSqlDialect {};
    let tokens =
        Tokenizer::new(&dialect, text).tokenize_with_location().map_err(|error| SqlError::syntax(error.to_string()))?;
    let mut parser = Parser::new(&dialect).with_recursion_limit(DEEPEST).with_tokens_with_locations(understood(tokens));
    let mut items = Vec::new();
    loop {
        while parser.consume_token(&Token::SemiColon) {}
        if parser.peek_token().token == Token::EOF {
            return Ok(items);
        }
        items.push(item(&mut parser)?);
    }
}

/// Words that begin a statement and are nothing else, which sqlparser would take for an alias after a name.
const BEGINNINGS: [&str; 15] = [
    "ROLLBACK", "COMMIT", "SAVE", "WAITFOR", "DROP", "CREATE", "TRUNCATE", "EXEC", "EXECUTE", "USE", "DECLARE",
    "PRINT", "INSERT", "UPDATE", "DELETE",
];

/// Without the words that sqlparser does not know and that change nothing here, and with the semicolons that it misses.
fn understood(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let plain = |token: &Token| match token {
        Token::Word(word) if word.quote_style.is_none() => word.value.to_ascii_uppercase(),
        _ => String::new(),
    };
    let significant: Vec<TokenWithSpan> =
        tokens.into_iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).collect();
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(significant.len());
    let (mut first, mut depth) = (String::new(), 0_i32);
    for (place, token) in significant.iter().enumerate() {
        let word = plain(&token.token);
        let is_before_index = significant.get(place + 1).is_some_and(|next| plain(&next.token) == "INDEX");
        if is_before_index && (word == "CLUSTERED" || word == "NONCLUSTERED") {
            continue;
        }
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            _ => {}
        }
        let is_after_name = kept.last().is_some_and(|last| is_name(&last.token));
        if depth == 0 && is_after_name && first != "IF" && BEGINNINGS.contains(&word.as_str()) {
            kept.push(TokenWithSpan { token: Token::SemiColon, span: token.span });
            first = word;
        } else if first.is_empty() {
            first = word;
        }
        if token.token == Token::SemiColon {
            first.clear();
        }
        // After FETCH NEXT sqlparser takes a value, and a parameter as such, but not as a name.
        let before = kept.len().checked_sub(2).and_then(|place| kept.get(place)).map(|token| plain(&token.token));
        if let (Token::Word(word), Some("FETCH")) = (&token.token, before.as_deref())
            && word.value.starts_with('@')
        {
            kept.push(TokenWithSpan { token: Token::Placeholder(word.value.clone()), span: token.span });
            continue;
        }
        kept.push(token.clone());
    }
    kept
}

fn item(parser: &mut Parser<'_>) -> Result<Item, SqlError> {
    let word = |parser: &Parser<'_>, place: usize| match parser.peek_nth_token(place).token {
        Token::Word(word) if word.quote_style.is_none() => word.value.to_ascii_uppercase(),
        _ => String::new(),
    };
    match (word(parser, 0).as_str(), word(parser, 1).as_str()) {
        ("INSERT", "BULK") => bulk(parser),
        ("SAVE", "TRAN" | "TRANSACTION") => {
            parser.next_token();
            parser.next_token();
            Ok(Item::Save(parser.parse_identifier().map_err(told)?.value))
        }
        ("ROLLBACK", "TRAN" | "TRANSACTION") if is_name(&parser.peek_nth_token(2).token) => {
            parser.next_token();
            parser.next_token();
            Ok(Item::RollbackTo(parser.parse_identifier().map_err(told)?.value))
        }
        ("COMMIT" | "BEGIN", "TRAN" | "TRANSACTION") if is_name(&parser.peek_nth_token(2).token) => {
            Err(SqlError::unknown("the name of a transaction"))
        }
        ("BEGIN", "TRY") => Err(SqlError::unknown("BEGIN TRY")),
        ("DELETE", next) if next != "FROM" => Err(SqlError::unknown("DELETE without FROM")),
        _ => Ok(Item::Statement(Box::new(parser.parse_statement().map_err(told)?))),
    }
}

fn is_name(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_some() || word.keyword == Keyword::NoKeyword)
}

fn bulk(parser: &mut Parser<'_>) -> Result<Item, SqlError> {
    parser.next_token();
    parser.next_token();
    let table = parser.parse_object_name(false).map_err(told)?;
    let mut columns = Vec::new();
    if parser.consume_token(&Token::LParen) {
        loop {
            let Ident { value: name, .. } = parser.parse_identifier().map_err(told)?;
            let data_type: DataType = parser.parse_data_type().map_err(told)?;
            let mut sql_type = declared(&data_type, Place::Declaration)?;
            if parser.parse_keyword(Keyword::COLLATE) {
                let name = parser.parse_object_name(false).map_err(told)?.to_string();
                let collation = crate::types::collation::Collation::named(name.trim_matches(['[', ']']));
                sql_type = sql_type
                    .collated(collation.ok_or_else(|| SqlError::unknown(format_args!("the collation {name}")))?);
            }
            let _ = parser.parse_keywords(&[Keyword::NOT, Keyword::NULL]) || parser.parse_keyword(Keyword::NULL);
            columns.push((name, sql_type));
            if parser.consume_token(&Token::RParen) {
                break;
            }
            parser.expect_token(&Token::Comma).map_err(told)?;
        }
    }
    // Hints of speed: nothing here depends on them.
    if parser.parse_keyword(Keyword::WITH) {
        parser.expect_token(&Token::LParen).map_err(told)?;
        while !parser.consume_token(&Token::RParen) {
            if parser.next_token().token == Token::EOF {
                return Err(SqlError::syntax("near the end of INSERT BULK"));
            }
        }
    }
    Ok(Item::Bulk { table, columns })
}

/// `@P1 int, @P2 nvarchar(4000) OUTPUT`: names and types.
pub(crate) fn declarations(text: &str) -> Result<Vec<(String, SqlType)>, SqlError> {
    let mut parser = Parser::new(&MsSqlDialect {}).try_with_sql(text).map_err(told)?;
    let mut all = Vec::new();
    while parser.peek_token().token != Token::EOF {
        let name = match parser.next_token().token {
            Token::Word(word) if word.value.starts_with('@') => word.value,
            Token::Placeholder(name) => name,
            other => return Err(SqlError::syntax(format_args!("near '{other}' in a declaration of parameters"))),
        };
        let _ = parser.parse_keyword(Keyword::AS);
        let data_type = parser.parse_data_type().map_err(told)?;
        if let Token::Word(word) = parser.peek_token().token
            && matches!(word.value.to_ascii_uppercase().as_str(), "OUTPUT" | "OUT")
        {
            parser.next_token();
        }
        all.push((name, declared(&data_type, Place::Declaration)?));
        if !parser.consume_token(&Token::Comma) {
            break;
        }
    }
    match parser.peek_token().token {
        Token::EOF => Ok(all),
        other => Err(SqlError::syntax(format_args!("near '{other}' in a declaration of parameters"))),
    }
}
