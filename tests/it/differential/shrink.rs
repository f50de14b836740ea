//! A case that fails to a smaller one that fails, by leaving out statements, steps and rows.

use super::script::Case;

/// Enough for scripts of this size; a case that is still large is printed as it is.
const ATTEMPTS: usize = 600;

pub(super) fn shrink(case: &Case, fails: &dyn Fn(&Case) -> bool) -> Case {
    let mut best = case.clone();
    let mut attempts = 0;
    loop {
        let smaller = candidates(&best).into_iter().find(|candidate| {
            attempts += 1;
            attempts <= ATTEMPTS && fails(candidate)
        });
        match smaller {
            Some(candidate) => best = candidate,
            None => return best,
        }
    }
}

/// Smaller cases, those that leave out most first.
fn candidates(case: &Case) -> Vec<Case> {
    let mut candidates = Vec::new();
    let mut push = |change: &dyn Fn(&mut Case)| {
        let mut smaller = case.clone();
        change(&mut smaller);
        candidates.push(smaller);
    };
    if case.forms.is_some() {
        push(&|case| case.forms = None);
    }
    for at in (0..case.tail.len()).rev() {
        push(&|case| {
            case.tail.remove(at);
        });
    }
    for at in (0..case.lets.len()).rev() {
        push(&|case| {
            case.lets.remove(at);
        });
    }
    for (at, relation) in case.lets.iter().enumerate() {
        for step in (0..relation.steps.len()).rev() {
            push(&|case| {
                case.lets[at].steps.remove(step);
            });
        }
    }
    for (name, rows) in &case.rows {
        if rows.len() > 2 {
            push(&|case| case.rows.get_mut(name).unwrap().truncate(rows.len() / 2));
            push(&|case| {
                case.rows.get_mut(name).unwrap().drain(..rows.len() / 2);
            });
        }
        for at in 0..rows.len() {
            push(&|case| {
                case.rows.get_mut(name).unwrap().remove(at);
            });
        }
    }
    candidates
}
