//! Makes the list of functions into the enum, the modules and the way from one to the other.

macro_rules! functions {
    ($($(#[$family_doc:meta])* $module:ident $family:ident { $($(#[$doc:meta])* $name:ident => $file:ident),* $(,)? })*) => {
        $(mod $module { $(mod $file; pub(super) use $file::FUNCTION as $name;)* })*

        /// A scalar function or operator. Closed: every stage matches on all of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FnId {
            $($($(#[$doc])* $name),*),*
        }

        /// Where a function stands in the reference.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Family {
            $($(#[$family_doc])* $family),*
        }

        impl FnId {
            /// All of them, by family.
            pub const ALL: &[Self] = &[$($(Self::$name),*),*];

            /// All that is known of it.
            #[must_use]
            pub fn function(self) -> &'static Function {
                match self {
                    $($(Self::$name => &$module::$name),*),*
                }
            }

            #[must_use]
            pub const fn family(self) -> Family {
                match self {
                    $($(Self::$name => Family::$family),*),*
                }
            }
        }
    };
}

pub(super) use functions;
