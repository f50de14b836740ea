//! Which events were seen already: a client that does not hear of success sends an event again.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};

use crate::event::Event;

/// Remembers events by 128 bits of a hash: sixteen bytes an event, where keys would be eighty and more.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    seen: HashSet<(u64, u64)>,
    first: RandomState,
    second: RandomState,
}

impl Distinct {
    /// Whether it is the first of its kind. Within a device the insert id tells, else the uuid; an event with neither is
    /// always the first.
    pub(super) fn is_first(&mut self, event: &Event) -> bool {
        let key = match (&event.insert_id, &event.uuid) {
            (Some(insert_id), _) => (event.device_id.as_deref(), insert_id, true),
            (None, Some(uuid)) => (None, uuid, false),
            (None, None) => return true,
        };
        self.seen.insert((self.first.hash_one(key), self.second.hash_one(key)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(device: Option<&str>, insert_id: Option<&str>, uuid: Option<&str>) -> Event {
        let text = |text: Option<&str>| text.map(str::to_owned);
        Event { device_id: text(device), insert_id: text(insert_id), uuid: text(uuid), ..Event::default() }
    }

    #[test]
    fn the_insert_id_tells_within_a_device_and_else_the_uuid() {
        let mut distinct = Distinct::default();
        for (event, is_first) in [
            (event(Some("d"), Some("a"), Some("1")), true),
            (event(Some("d"), Some("a"), Some("2")), false),
            (event(Some("e"), Some("a"), Some("1")), true),
            (event(None, Some("a"), Some("1")), true),
            (event(Some("d"), None, Some("1")), true),
            (event(Some("e"), None, Some("1")), false),
            (event(Some("d"), None, Some("a")), true),
            (event(Some("d"), None, None), true),
            (event(Some("d"), None, None), true),
        ] {
            assert_eq!(distinct.is_first(&event), is_first, "{event:?}");
        }
    }
}
