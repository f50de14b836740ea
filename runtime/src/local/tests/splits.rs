//! Splits: the vectors and borders that Python computed, and that a row's branch depends on seed and key alone.

use wr_base::diag::Code;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Date, Decimal};
use wr_plan::declaration::{Branch, Share, SplitCounts};
use wr_plan::expr::ExprKind;
use wr_plan::logical::builder::Builder;
use wr_plan::logical::{Node, NodeKind};

use super::super::split::{OutOfRange, Seed, borders, branch_of, floor_of_product};
use super::*;
use crate::cells::parse_uuid;

fn expected(name: &str) -> Vec<BTreeMap<String, String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/expected").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(ToOwned::to_owned).collect::<Vec<_>>());
    let headings = lines.next().unwrap();
    lines
        .filter(|cells| cells.len() == headings.len())
        .map(|cells| headings.iter().cloned().zip(cells).collect())
        .collect()
}

fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

fn value(kind: &str, text: &str) -> Option<Value> {
    Some(match kind {
        "int" => Value::Int(text.parse().ok()?),
        "decimal" => Value::Decimal(Decimal::parse(text)?),
        "text" => Value::text(text),
        "date" => Value::Date(Date::parse(text)?),
        "uuid" => Value::Uuid(parse_uuid(text)?),
        _ => return None,
    })
}

#[test]
fn split_vectors() {
    let two = borders(&[Some(decimal("0.1")), None]).unwrap();
    let three = borders(&[Some(decimal("0.333")), Some(decimal("0.333")), None]).unwrap();
    let mut checked = 0;
    for vector in expected("split_vectors.csv") {
        // Lines with quotes are for readers of CSV: the values of the others say enough.
        if vector.values().any(|cell| cell.contains('"')) {
            continue;
        }
        let mut seed = vec![Value::text(&vector["seed"])];
        if !vector["seed_2"].is_empty() {
            seed.push(Value::text(&vector["seed_2"]));
        }
        let mut key = vec![value(&vector["kind"], &vector["value"]).unwrap()];
        if !vector["kind_2"].is_empty() {
            key.push(value(&vector["kind_2"], &vector["value_2"]).unwrap());
        }
        let number = Seed::new(&seed).unwrap().number(key.into_iter()).unwrap();
        assert_eq!(number.to_string(), vector["h"], "{vector:?}");
        let branch = |borders: &[u128], names: &[&str]| names[branch_of(number, borders).unwrap()].to_owned();
        assert_eq!(branch(&two, &["control", "test"]), vector["branch_10_rest"], "{vector:?}");
        assert_eq!(branch(&three, &["a", "b", "c"]), vector["branch_33.3_33.3_rest"], "{vector:?}");
        checked += 1;
    }
    assert!(checked >= 20, "{checked}");
}

#[test]
fn split_borders() {
    for border in expected("split_borders.csv") {
        let computed = borders(&[Some(decimal(&border["cumulative_share"]))]).unwrap();
        assert_eq!(computed[0].to_string(), border["border"], "{border:?}");
    }
}

#[test]
fn shares_beyond_the_whole_are_refused() {
    assert_eq!(borders(&[Some(decimal("0.7")), Some(decimal("0.31")), None]), Err(OutOfRange));
    assert_eq!(borders(&[Some(decimal("-0.1")), None]), Err(OutOfRange));
    assert_eq!(
        borders(&[Some(decimal("0.7")), Some(decimal("0.30")), None]),
        Ok(vec![12_912_720_851_596_686_131, 1 << 64, 1 << 64])
    );
    // 38 digits: the product with 2^64 has more bits than any integer of the machine.
    let tiny = decimal("0.99999999999999999999999999999999999999");
    assert_eq!(borders(&[Some(tiny)]), Ok(vec![(1 << 64) - 1]));
}

#[test]
fn a_share_of_a_number_is_exact_however_many_digits_it_has() {
    let floor = |share: &str, times: u128| floor_of_product(decimal(share), times);
    assert_eq!(floor("0.1", 30), Some(3));
    assert_eq!(floor("0.09999999999999999999999999999999999999", 30), Some(2));
    assert_eq!(floor("2.5", 3), Some(7));
    assert_eq!(floor("0.33333333333333333333333333333333333333", 3_000_000_000), Some(999_999_999));
    assert_eq!(floor("0", 5), Some(0));
    assert_eq!(floor("99999999999999999999999999999999999999", 100), None);
}

/// The branch of each user, by the order in which the file has them.
fn branches(users: &[u32], seed: &str) -> Result<BTreeMap<String, String>, RunError> {
    let folder = Folder::new();
    let content = users.iter().fold("u\n".to_owned(), |content, user| format!("{content}{user}\n"));
    folder.write("t.csv", content);
    let mut b = Builder::new();
    let table = b.table("w", "t", &[("u", "int")]);
    let scan = b.scan(table);
    let key = vec![b.plan.nodes[scan].columns[0].id];
    let seed = vec![b.text(seed)];
    let share = b.expr(Type::required(DataType::Percent), ExprKind::Literal(Value::Percent(decimal("0.3"))));
    let branch = b.column("branch", Type::required(DataType::Text));
    let columns = [b.plan.nodes[scan].columns.clone(), vec![branch.clone()]].concat();
    let step = b.step("split", "split");
    let kind = NodeKind::Split {
        input: scan,
        key,
        seed,
        counts: SplitCounts::Free,
        branches: vec![
            Branch { name: "control".to_owned(), share: Share::Of(share), is_held: true },
            Branch { name: "test".to_owned(), share: Share::Rest, is_held: false },
        ],
        branch: branch.id,
    };
    let node = b.plan.nodes.add(Node { step, kind, columns });
    let relation = wanted(&mut b, node);
    let rows = rows_of(&run(&b, &folder)?.frames[&relation]);
    let pair = |row: String| row.split_once('|').map(|(user, branch)| (user.to_owned(), branch.to_owned())).unwrap();
    Ok(rows.into_iter().map(pair).collect())
}

#[test]
fn a_row_stays_in_its_branch_when_others_come_and_go() {
    let users: Vec<u32> = (0..2_000).collect();
    let all = branches(&users, "SP-0001").unwrap();
    let mut others: Vec<u32> = users.iter().rev().filter(|user| *user % 3 != 0).copied().collect();
    others.extend(1_000_000..1_000_500);
    let some = branches(&others, "SP-0001").unwrap();
    let mut compared = 0;
    for (user, branch) in &some {
        if let Some(before) = all.get(user) {
            assert_eq!(before, branch, "{user}");
            compared += 1;
        }
    }
    assert_eq!(compared, 1_333);
    let control = all.values().filter(|branch| *branch == "control").count();
    assert!((500..700).contains(&control), "{control}");
    assert_ne!(branches(&users, "SP-0002").unwrap(), all);
}

#[test]
fn a_separator_in_the_seed_stops_the_run() {
    assert_eq!(branches(&[1], "a\u{1f}b").unwrap_err().code, Code::SplitKeySeparator);
}
