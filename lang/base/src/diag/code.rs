//! Every code that `wr` reports, with its page in docs/errors/.
//!
//! WR00xx text, WR01xx names, WR02xx types, WR03xx steps and rows, WR04xx parameters, WR05xx outputs,
//! WR06xx project and schemas, WR07xx warnings, WR08xx failures of a run. A code is never used again for something else.

use super::Severity;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal $severity:ident),* $(,)?) => {
        /// A code of an error or a warning. `docs/errors/<code>.md` is its page, and what `wr explain` prints.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name),*
        }

        impl Code {
            /// All codes, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// `WR0102`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("WR", $number)),*
                }
            }

            /// The heading of its page: what is wrong, in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                let line = self.page().lines().next().unwrap_or_default();
                line.split_once(": ").map_or(line, |(_, title)| title)
            }

            /// Its page in `docs/errors/`, as `wr explain` prints it.
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self {
                    $(Self::$name => include_str!(concat!("../../../../docs/errors/WR", $number, ".md"))),*
                }
            }

            /// How serious it is unless a project says otherwise.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity),*
                }
            }
        }
    };
}

codes! {
    /// The text is not of the language: a word or sign stands where another was expected.
    Syntax = "0001" Error,
    /// Brackets or operands are nested deeper than the limit.
    NestedTooDeep = "0002" Error,
    /// A text, pattern or bracket is not closed.
    NotClosed = "0003" Error,
    /// A literal that cannot be: `2026-1-1`, `25:00`, a number with too many digits.
    BadLiteral = "0004" Error,
    /// A habit from another language, with the ready fix.
    Habit = "0005" Error,
    /// A line that begins in the first column but with no statement's word.
    UnknownStatement = "0006" Error,
    /// A word of the language that this version does not read yet.
    NotYet = "0007" Error,
    /// A column that the rows here do not have.
    UnknownColumn = "0101" Error,
    /// A dotted name whose first part is no joined table.
    UnknownQualifier = "0102" Error,
    /// A `$name` that nothing declares.
    UnknownValue = "0103" Error,
    /// A function that is not known.
    UnknownFunction = "0104" Error,
    /// Rows stand where one value is needed.
    RelationAsValue = "0105" Error,
    /// A column stands where there are no rows.
    NoRowHere = "0106" Error,
    /// A column is named of which a parameter decides whether it is there.
    ColumnOfShape = "0107" Error,
    /// `branch` stands outside of a record of a split relation.
    BranchNotHere = "0108" Error,
    /// `rows` or `unique` outside of expectations and messages.
    FactNotHere = "0109" Error,
    /// An aggregate outside of groups.
    AggregateNotHere = "0110" Error,
    /// `label` outside of messages and headings, or of something without labels.
    LabelNotHere = "0111" Error,
    /// A parameter that stands for several columns is used as one value.
    ManyColumns = "0112" Error,
    /// An option of a parameter cannot stand where the parameter is used.
    OptionDoesNotFit = "0113" Error,
    /// A text for people where more is done with it than reading.
    PeopleNotHere = "0114" Error,
    /// Two declarations give the same name.
    DuplicateName = "0140" Error,
    /// A `let` has the name of a connection, so `a.b` could mean two things.
    NamedLikeConnection = "0141" Error,
    /// A relation is read that nothing declares.
    UnknownRelation = "0142" Error,
    /// A table of a connection is read that no `use` or `source` names.
    UnknownConnection = "0143" Error,
    /// A connection has no declared table of this name.
    UnknownTable = "0144" Error,
    /// A branch is read of a relation that is not split, or not into this one.
    UnknownBranch = "0145" Error,
    /// The file of a `use` is not there or cannot be read.
    ImportNotReadable = "0146" Error,
    /// The file of a `use` declares no such name.
    UnknownImport = "0147" Error,
    /// Files import each other in a circle.
    ImportCycle = "0148" Error,
    /// One name is imported twice.
    ImportedTwice = "0149" Error,
    /// A statement stands in an imported file that belongs into a report.
    NotInLibrary = "0150" Error,
    /// A function, a relation or a step is made of itself.
    MadeOfItself = "0151" Error,
    /// A step is applied that nothing declares.
    UnknownStep = "0152" Error,
    /// An operator is given what it cannot take.
    OperandType = "0201" Error,
    /// Values of different kinds are compared.
    NotComparable = "0202" Error,
    /// A moment is compared with a date.
    DateWithMoment = "0203" Error,
    /// A function is given too many or too few arguments.
    ArgumentCount = "0204" Error,
    /// A function is given what it cannot take.
    ArgumentType = "0205" Error,
    /// An argument that has to be written out is not.
    NeedsLiteral = "0206" Error,
    /// The values of a `when`, a list or a fallback are of different kinds.
    ResultsDiffer = "0207" Error,
    /// A product has more digits behind the point than there can be.
    TooManyDigits = "0208" Error,
    /// An expression is not of the type that its place needs.
    WrongType = "0209" Error,
    /// What may be null stands where nothing may be.
    NullHere = "0210" Error,
    /// Something that is neither true nor false stands as a condition.
    NotACondition = "0211" Error,
    /// A column is made of what no column can hold.
    NotAColumnType = "0212" Error,
    /// A choice is compared with what is none of its options.
    NotAnOption = "0213" Error,
    /// Something is compared with null by `==`.
    ComparedWithNull = "0214" Error,
    /// A pattern stands where a value is needed.
    PatternNotHere = "0215" Error,
    /// A percentage has too many digits.
    PercentTooFine = "0216" Error,
    /// A type that is not known.
    UnknownType = "0217" Error,
    /// A type that cannot be here.
    TypeNotHere = "0218" Error,
    /// A decimal type without its digits, or with digits that cannot be.
    DecimalDigits = "0219" Error,
    /// A table, relation or step is given too many or too few arguments.
    TableArguments = "0300" Error,
    /// Two columns of one row would have the same name.
    EqualColumnNames = "0301" Error,
    /// A computed column has no name.
    ColumnNeedsName = "0302" Error,
    /// `derive` gives the name of a column that is there, without `replace`.
    NeedsReplace = "0303" Error,
    /// `derive replace` names a column that is not there.
    NothingToReplace = "0304" Error,
    /// A relation is read in which two joined columns have the same name.
    ClashWhenRead = "0305" Error,
    /// The right side of a join has no name of its own.
    JoinNeedsAlias = "0306" Error,
    /// A join lacks the equality that finds its rows, or has one where none can be.
    JoinCondition = "0307" Error,
    /// A clause does not go with the kind of the join.
    JoinClause = "0308" Error,
    /// Values of this type cannot be compared reliably to find rows.
    JoinKeyType = "0309" Error,
    /// A step that decides about columns cannot end in `if`.
    StepCondition = "0310" Error,
    /// A step leaves no column.
    NothingLeft = "0311" Error,
    /// A measure of a group is not an aggregate.
    NotAnAggregate = "0312" Error,
    /// A measure names a column that has many values in a group.
    NotGrouped = "0313" Error,
    /// `take` or `sample` is given less than none.
    NegativeTake = "0314" Error,
    /// `distinct` would compare columns that a parameter decides about.
    DistinctOfShape = "0315" Error,
    /// A cohort of one connection is looked up in another.
    CohortOfAnother = "0316" Error,
    /// The two sides of a `union`, `except` or `intersect` have different columns.
    SetColumns = "0317" Error,
    /// A column of a `union`, `except` or `intersect` has types that have nothing in common.
    SetTypes = "0318" Error,
    /// A `union`, `except`, `intersect` or `pivot` of columns that a parameter decides about.
    StepOfShape = "0319" Error,
    /// A window function depends on the order of rows, and the `window` has no `sort`.
    WindowWithoutSort = "0320" Error,
    /// A frame of a `window` that nothing reads.
    FrameOfNothing = "0321" Error,
    /// A window function outside of a `window`.
    WindowFunctionNotHere = "0322" Error,
    /// A listed value of a `pivot` is not known, stands twice or gives no name.
    PivotValue = "0323" Error,
    /// The columns of an `unpivot` have nothing in common, or stand twice.
    UnpivotColumns = "0324" Error,
    /// The value is taken of a relation that may have more than one row.
    ScalarOfMany = "0325" Error,
    /// `scalar` where no rows are read, or where it would be one of many values.
    ScalarNotHere = "0326" Error,
    /// A `by` in a call that looks at rows in no order, or one that is missing.
    AggregateOrder = "0327" Error,
    /// What stands in a hole of a query of the source's own cannot be handed over as one value.
    QueryHole = "0328" Error,
    /// An own step needs what the rows that it is applied to do not have.
    StepDoesNotFit = "0329" Error,
    /// The default of a parameter breaks the parameter's own `where`.
    DefaultBreaksCheck = "0400" Error,
    /// The default of a parameter does not match its own pattern.
    DefaultNotMatching = "0401" Error,
    /// The default of a choice is none of its options.
    DefaultNotAnOption = "0402" Error,
    /// A pattern cannot be understood.
    BadPattern = "0403" Error,
    /// Two options have the same value.
    OptionTwice = "0404" Error,
    /// A clause of a parameter does not go with its type.
    ClauseNotForType = "0405" Error,
    /// A choice has nothing to choose from.
    NeedsOptions = "0406" Error,
    /// Options are not plain values of one type.
    OptionTypes = "0407" Error,
    /// Some options stand for an expression, others do not.
    OptionMeanings = "0408" Error,
    /// The query of a choice does not give a value and a label.
    QueryOptions = "0409" Error,
    /// A parameter that may be left empty is used as if it were always there.
    UnguardedOptional = "0410" Error,
    /// Nobody can be asked for a value of this type.
    NotAParameterType = "0411" Error,
    /// A cohort is asked for of a connection that has no table of cohorts.
    CohortSource = "0412" Error,
    /// `file($x)` of what is no file.
    NotAFile = "0413" Error,
    /// A file stands where a value is wanted.
    FileAsValue = "0414" Error,
    /// The columns that are read from a file are none, or two of one heading.
    FileColumns = "0415" Error,
    /// A setting of how a file is read cannot be used.
    FileSetting = "0416" Error,
    /// What is asked about a relation lacks the relation, or its columns.
    FactArguments = "0500" Error,
    /// One aggregate of an expectation reads several relations.
    FactOfTwoRelations = "0501" Error,
    /// A change that cannot be told: of what, or since when.
    ChangeSince = "0502" Error,
    /// A relation is split a second time.
    SplitTwice = "0510" Error,
    /// The key of a split or sample cannot tell its rows apart the same way for ever.
    SplitKey = "0511" Error,
    /// A part of a seed may be missing.
    SplitSeed = "0512" Error,
    /// The share of a branch is no share.
    SplitShare = "0513" Error,
    /// The shares of the branches are not the whole.
    SharesSum = "0514" Error,
    /// Two branches take the rest.
    RestTwice = "0515" Error,
    /// Two branches have the same name.
    BranchTwice = "0516" Error,
    /// The relation that is split has a column `branch` already.
    BranchColumnTaken = "0517" Error,
    /// What tells the strata of a split cannot tell them.
    SplitStrata = "0518" Error,
    /// Rows of a held branch would leave.
    HeldLeaves = "0520" Error,
    /// A relation is revealed that is not held.
    NothingToReveal = "0521" Error,
    /// A relation is revealed a second time.
    RevealedTwice = "0522" Error,
    /// A relation is revealed for no reason.
    RevealWithoutReason = "0523" Error,
    /// What is recorded into cannot be recorded into.
    RecordTarget = "0530" Error,
    /// A record names a column that the table does not have, or one column twice.
    RecordColumn = "0531" Error,
    /// A record leaves out columns that must have a value.
    RecordMissesColumns = "0532" Error,
    /// A record would write null where none can be.
    RecordNull = "0533" Error,
    /// The key of a record cannot identify its rows.
    RecordKey = "0534" Error,
    /// Two records go to different connections.
    RecordSecondConnection = "0535" Error,
    /// A file's name has a sign that no file name can have.
    FileName = "0540" Error,
    /// The ending of a file's name does not fit its format.
    FileEnding = "0541" Error,
    /// Two exports write the same file.
    FileTwice = "0542" Error,
    /// A workbook cannot have a sheet of this title.
    SheetTitle = "0544" Error,
    /// Two sheets have the same title.
    SheetTitleTwice = "0545" Error,
    /// Two columns of a file have the same heading.
    HeadingTwice = "0546" Error,
    /// A computed column of a file has no heading.
    ColumnWithoutHeading = "0547" Error,
    /// Columns that a parameter brings are given a heading.
    ColumnsBringHeadings = "0548" Error,
    /// The label of something that has no labels.
    LabelOf = "0549" Error,
    /// A file without columns, or a workbook without sheets.
    NoColumns = "0550" Error,
    /// A setting of an export that its format does not take.
    ExportSetting = "0551" Error,
    /// Sheets made by a column that tells people apart.
    SheetBy = "0552" Error,
    /// A number format that the file or the column cannot have.
    NumberFormat = "0553" Error,
    /// A step is to be done by a source that does not do it.
    StepNotPlaced = "0555" Error,
    /// What a test is given does not fit the script.
    TestGiven = "0560" Error,
    /// A value that a test is given, or lacks.
    TestValue = "0561" Error,
    /// What a test expects can never be.
    TestExpected = "0562" Error,
    /// `wr.toml` is not TOML.
    ProjectUnreadable = "0600" Error,
    /// `wr.toml` says something that nobody reads.
    ProjectUnknownKey = "0601" Error,
    /// A value in `wr.toml` is not what its key needs.
    ProjectBadValue = "0602" Error,
    /// A connection in `wr.toml` lacks something.
    ProjectMissingValue = "0603" Error,
    /// A zone that the IANA database does not know.
    UnknownZone = "0604" Error,
    /// A language in which nothing can be written.
    UnknownLocale = "0605" Error,
    /// A setting that the statement does not have.
    UnknownSetting = "0606" Error,
    /// `wr.toml` does not say where a connection leads.
    ConnectionNotInProject = "0607" Error,
    /// A kind of server that is not known.
    UnknownEngine = "0608" Error,
    /// A script and `wr.toml` expect different kinds of server behind a connection.
    DriverMismatch = "0609" Error,
    /// The key of a table names a column that it does not have.
    TableKey = "0610" Error,
    /// A query in a source's own language, where what answers takes none.
    QueryNotTaken = "0611" Error,
    /// `wr.toml` holds a password or a key.
    SecretInProjectFile = "0620" Error,
    /// Two names differ only in upper and lower case.
    CaseOnlyDifference = "0700" Warning,
    /// A join can multiply rows that are then counted, written or sent.
    JoinMultiplies = "0701" Warning,
    /// A sorted order is lost before anybody sees it.
    SortLost = "0702" Warning,
    /// `take` picks rows by chance.
    TakeWithoutSort = "0703" Warning,
    /// `distinct on` picks rows by chance.
    DistinctWithoutKeep = "0704" Warning,
    /// A join drops people without a match, and nothing was said about them.
    PeopleLost = "0705" Warning,
    /// `!=` on what may be null drops rows.
    NotEqualDropsNulls = "0720" Warning,
    /// A parameter that nothing uses.
    UnusedParameter = "0730" Warning,
    /// A `let` that nothing uses.
    UnusedLet = "0731" Warning,
    /// A name that a `use` takes for nothing.
    UnusedImport = "0732" Warning,
    /// Two options of a choice that no condition tells apart.
    OptionsAlike = "0733" Warning,
    /// An arm of a `when` that no row comes to.
    ArmNeverTaken = "0734" Warning,
    /// A condition that is the same for all rows.
    ConditionDecided = "0735" Warning,
    /// Long digits in a plain CSV, which spreadsheets ruin.
    LongDigitsInCsv = "0740" Warning,
    /// A held branch is neither recorded nor compared.
    HeldNotRecorded = "0750" Warning,
    /// A relation is revealed, and no file takes its rows.
    RevealedForNothing = "0751" Warning,
    /// The splits of two reports have one seed.
    SeedShared = "0752" Warning,
    /// Personal columns that a file takes without anybody having named them.
    PersonalUnnamed = "0753" Warning,
    /// A run: a number grew past what its type can hold.
    Overflow = "0801" Error,
    /// A run: a strict conversion met a text that is not what was promised.
    ConversionFailed = "0802" Error,
    /// A run: `join one` found more than one row for a row on the left.
    JoinOneFoundMany = "0803" Error,
    /// A run: more rows of a join stayed without a match than `unmatched` allows.
    TooManyUnmatched = "0804" Error,
    /// A run: a text in the seed or key of a split or sample holds the byte that separates the parts.
    SplitKeySeparator = "0805" Error,
    /// A run: a share of a split is below 0 %, or all of them are above 100 %.
    SharesOutOfRange = "0806" Error,
    /// A run: the options that a query gives for a parameter hold a null or one value twice.
    OptionsNotDistinct = "0807" Error,
    /// A run: rows of one key are in two strata of a split.
    KeyInTwoStrata = "0809" Error,
    /// A run: a connection that the script reads is not set up in `wr.toml`.
    ConnectionNotSetUp = "0810" Error,
    /// A run: the folder of a connection has no file of this table.
    TableFileMissing = "0811" Error,
    /// A run: the folder of a connection has two files of one table.
    TableFileTwice = "0812" Error,
    /// A run: a file could not be opened or read.
    FileNotReadable = "0813" Error,
    /// A run: a file is cut short or is not what its name says.
    FileBroken = "0814" Error,
    /// A run: a file lacks a declared column.
    FileColumnMissing = "0815" Error,
    /// A run: a column of a file has another type than the one declared.
    FileColumnType = "0816" Error,
    /// A run: a column that is declared without `?` holds a null.
    NullInColumn = "0817" Error,
    /// A run: a value in a file cannot be read as the declared type.
    FileValue = "0818" Error,
    /// A run: a value in a file is outside of what the declared type can hold.
    FileValueOutOfRange = "0819" Error,
    /// A run: a connection has no cohort with this id.
    CohortNotFound = "0820" Error,
    /// A run: the description of a cohort cannot be read.
    CohortDescription = "0821" Error,
    /// A run: a cohort's stated size differs from its rows by more than 5 %.
    CohortSizeDiffers = "0822" Warning,
    /// A run: times in a file are finer than a microsecond, and were cut.
    TimesCut = "0823" Warning,
    /// A run: it was stopped by the person who started it.
    Cancelled = "0825" Error,
    /// A run: a cell of a workbook holds a number that has lost digits.
    DigitsLost = "0827" Error,
    /// A run: cells of a workbook hold numbers where texts are declared.
    NumbersAsTexts = "0828" Warning,
    /// A run: texts of a file that a person named begin or end with a blank.
    BlanksAroundTexts = "0829" Warning,
    /// A run: more rows came from the sources than the report, or who runs it, allows.
    TooManyRowsRead = "0830" Error,
    /// A run: a period of exported events ends so late that some of them have not arrived.
    EventsStillArrive = "0831" Warning,
    /// A run: a source does not do what a `place` wants of it.
    PlaceNotKept = "0832" Error,
    /// A run: an `expect` does not hold, and nobody accepted that.
    ExpectationBroken = "0850" Error,
    /// A run: a file would hold people of a held branch.
    HeldRowsInFile = "0851" Error,
    /// A run: what it would record was already recorded, with other values.
    OccasionTaken = "0852" Error,
    /// A run: it was made before, and its files are no longer there to be given out again.
    FilesGone = "0853" Error,
    /// A run: it was made before, and its files are not what they were.
    FilesChanged = "0854" Error,
    /// A run: more columns than a sheet holds.
    SheetTooWide = "0855" Error,
    /// A run: a text is longer than a cell of a sheet holds.
    CellTooLong = "0856" Error,
    /// A run: a value makes a file name that could leave its folder, or that some system cannot have.
    FileNameNotUsable = "0857" Error,
    /// A run: two files of one run would have the same name.
    SameFileName = "0858" Error,
    /// A run: a file or folder could not be written.
    NotWritten = "0859" Error,
    /// A run: the store of runs and records could not be used.
    StoreNotUsable = "0860" Error,
    /// A run: the recorded table has other columns or another key than the script declares.
    RecordedTableDiffers = "0861" Error,
    /// A run: two recorded rows would have the same key.
    DoubledRecordKey = "0862" Error,
    /// A run: a recorded row would have no value in a column of the key.
    NullRecordKey = "0863" Error,
    /// A run: the table of a server cannot be recorded into as it is.
    RecordTableUnfit = "0864" Error,
    /// A run: everything is recorded, but the files are not in their place yet.
    FilesNotInPlace = "0865" Error,
    /// A run: nobody knows yet whether the rows were recorded.
    OutcomeUnknown = "0866" Error,
    /// There is no run with this id.
    UnknownRun = "0867" Error,
    /// A run that cannot be taken back.
    NotVoidable = "0868" Error,
    /// A run: a sheet's name that spreadsheets do not take.
    SheetNameNotUsable = "0869" Error,
    /// A run: two columns of a file have one heading, in a format that cannot have that.
    DoubledHeading = "0870" Error,
    /// A run: a number has more digits than the file's format holds.
    NumberTooLong = "0871" Error,
    /// A run: a workbook would have more sheets than anybody reads.
    TooManySheets = "0872" Error,
    /// A run: a text has a sign that the encoding of the file does not have.
    SignNotInEncoding = "0873" Error,
    /// A run: a server cannot be reached.
    ServerUnreachable = "0880" Error,
    /// A run: a server does not know the user, or not with this password.
    LoginRefused = "0881" Error,
    /// A run: a server refuses what it was asked, in its own words.
    ServerRefused = "0882" Error,
    /// A run: the connection broke, so that what came is not the whole answer.
    AnswerCut = "0883" Error,
    /// A run: a table of a server is not what the script declares.
    SchemaDiffers = "0884" Error,
    /// A run: the server has no such table or database.
    ServerTableMissing = "0885" Error,
    /// A run: the user of the connection may not do this.
    NotAllowedThere = "0886" Error,
    /// A run: the server gave up, because the question took too long or too much.
    ServerLimit = "0887" Error,
    /// A run: a value of a server's table is not one of the declared type.
    ServerValue = "0888" Error,
    /// A run: nothing was heard of a server for too long.
    ServerSilent = "0889" Error,
    /// A run: a setting of a connection, or a secret of it, is missing or cannot be used.
    ConnectionSetting = "0890" Error,
    /// A run: a cohort is as large as the service gives out, so that it may be cut.
    CohortTooLarge = "0891" Error,
    /// A run: the month's cohort downloads are used up.
    QuotaUsedUp = "0892" Error,
    /// A run: a request that costs was sent, and nobody knows whether it arrived.
    RequestLost = "0893" Error,
    /// A run: settings of the connection's user change answers, and the user may not set them otherwise.
    UnsafeSettings = "0894" Error,
    /// `--profile` names one that `wr.toml` does not have.
    UnknownProfile = "0895" Error,
    /// A mistake in `wr` itself, not in a script.
    Internal = "0899" Error,
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
