//! Small plans by names, for tests: what a script would say in a few lines, without a script.
//!
//! Columns are found by name among those of a node, numbered as printers do (`user_id#2`). A name that is not there
//! becomes an error expression, which the invariants report.

use wr_base::ids::{Arena, ColumnId, ExprId, NodeId, RelationId, StepId, TableId, ValueId};
use wr_base::row_type::Marks;
use wr_base::ty::{DataType, Type};
use wr_base::value::{Value, Zone};

use super::{
    Item, Join, JoinKind, LogicalPlan, Node, NodeKind, PlanColumn, Relation, Scan, SetColumn, SetKind, SetOperation,
    SortKey, StepInfo, Unmatched, Window, WindowCall, WindowFunction,
};
use crate::declaration::{
    Engine, Export, ExportOptions, Fact, Format, Message, MessagePart, OutputColumn, Parameter, ParameterKind, Report,
    Sheet, Table, TableColumn, ValueDeclaration, ValueKind,
};
use crate::expr::{AggregateCall, Expr, ExprKind};
use crate::functions::{AggregateId, FnId};

/// A plan as it grows.
pub struct Builder {
    pub plan: LogicalPlan,
    columns: u32,
    exprs: u32,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    #[must_use]
    pub fn new() -> Self {
        let report = Report {
            title: "Test".to_owned(),
            doc: String::new(),
            zone: Zone::UTC,
            locale: "en".to_owned(),
            path: "test.wr".to_owned(),
            max_rows_read: None,
        };
        let plan = LogicalPlan {
            report,
            tables: Arena::new(),
            values: Arena::new(),
            relations: Arena::new(),
            nodes: Arena::new(),
            facts: Arena::new(),
            expectations: Vec::new(),
            records: Vec::new(),
            exports: Vec::new(),
            reveals: Vec::new(),
            demands: Vec::new(),
            steps: Arena::new(),
        };
        Self { plan, columns: 0, exprs: 0 }
    }

    /// A table of a connection: `("wallet", "cards", &[("card_id", "int"), ("kind", "text?")])`, without a key.
    pub fn table(&mut self, connection: &str, name: &str, columns: &[(&str, &str)]) -> TableId {
        let columns = columns
            .iter()
            .map(|(name, ty)| TableColumn {
                name: (*name).to_owned(),
                ty: ty_of(ty),
                marks: Marks::default(),
                doc: String::new(),
            })
            .collect();
        self.plan.tables.add(Table {
            connection: connection.to_owned(),
            name: name.to_owned(),
            engine: Engine::Local,
            file: None,
            columns,
            key: Vec::new(),
            trusted: None,
            arguments: Vec::new(),
            query: None,
            doc: String::new(),
        })
    }

    /// `param name: type`.
    pub fn value(&mut self, name: &str, ty: Type) -> Expr {
        let step = self.step("param", name);
        let parameter = Parameter {
            label: name.to_owned(),
            help: String::new(),
            kind: ParameterKind::Plain,
            default: None,
            pattern: None,
            checks: Vec::new(),
        };
        let kind = ValueKind::Parameter(Box::new(parameter));
        let id: ValueId = self.plan.values.add(ValueDeclaration { name: name.to_owned(), ty: ty.clone(), kind, step });
        self.expr(ty, ExprKind::Value(id))
    }

    /// `from table`: all of its columns.
    pub fn scan(&mut self, table: TableId) -> NodeId {
        let step = self.step("from", "from");
        let declared = self.plan.tables[table].columns.clone();
        let columns: Vec<PlanColumn> =
            declared.into_iter().map(|column| self.column(&column.name, column.ty)).collect();
        let pairs = (0..).zip(&columns).map(|(index, column)| (column.id, index)).collect();
        let scan = Scan { table, columns: pairs, arguments: Vec::new(), without_occasion: Vec::new() };
        self.plan.nodes.add(Node { step, kind: NodeKind::Scan(scan), columns })
    }

    /// `let name = …`.
    pub fn relation(&mut self, name: &str, root: NodeId) -> RelationId {
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        self.plan.relations.add(Relation { name, root, key: Vec::new(), is_held: false, split: None })
    }

    /// `from relation`: all of its columns.
    pub fn read(&mut self, relation: RelationId) -> NodeId {
        let step = self.step("from", "from");
        let there = self.plan.nodes[self.plan.relations[relation].root].columns.clone();
        let columns: Vec<PlanColumn> =
            there.iter().map(|column| self.column(&column.name, column.ty.clone())).collect();
        let pairs = columns.iter().zip(&there).map(|(here, there)| (here.id, there.id)).collect();
        self.plan.nodes.add(Node { step, kind: NodeKind::Read { relation, columns: pairs }, columns })
    }

    pub fn filter(&mut self, input: NodeId, predicate: Expr) -> NodeId {
        self.filter_if(input, predicate, None)
    }

    pub fn filter_if(&mut self, input: NodeId, predicate: Expr, condition: Option<Expr>) -> NodeId {
        self.unary("filter", input, NodeKind::Filter { input, predicate, condition })
    }

    /// `select`: these items. One that is a column of the input under its own name is passed on.
    pub fn select(&mut self, input: NodeId, items: Vec<(&str, Expr)>) -> NodeId {
        let items = self.items(input, items);
        let columns = self.item_columns(&items);
        let step = self.step("select", "select");
        self.plan.nodes.add(Node { step, kind: NodeKind::Project { input, items }, columns })
    }

    pub fn aggregate(&mut self, input: NodeId, keys: Vec<(&str, Expr)>, aggregates: Vec<(&str, Expr)>) -> NodeId {
        let (keys, aggregates) = (self.items(input, keys), self.items(input, aggregates));
        let columns = [self.item_columns(&keys), self.item_columns(&aggregates)].concat();
        let step = self.step("group by", "group by");
        self.plan.nodes.add(Node { step, kind: NodeKind::Aggregate { input, keys, aggregates }, columns })
    }

    pub fn sort(&mut self, input: NodeId, by: Vec<Expr>) -> NodeId {
        let by = by.into_iter().map(|expr| SortKey { expr, descending: false }).collect();
        self.unary("sort", input, NodeKind::Sort { input, by, condition: None })
    }

    pub fn take(&mut self, input: NodeId, count: i128) -> NodeId {
        let count = self.int(count);
        self.unary("take", input, NodeKind::Take { input, count, condition: None })
    }

    /// `distinct on …`, keeping the first by nothing in particular.
    pub fn distinct(&mut self, input: NodeId, on: &[&str]) -> NodeId {
        let on = on.iter().filter_map(|name| self.find(input, name)).map(|column| column.id).collect();
        self.unary("distinct", input, NodeKind::Distinct { input, on, keep: Vec::new(), condition: None })
    }

    /// A join on pairs of columns by name, of the left and of the right.
    pub fn join(&mut self, kind: JoinKind, left: NodeId, right: NodeId, on: &[(&str, &str)]) -> NodeId {
        let equal = on.iter().map(|(at_left, at_right)| (self.col(left, at_left), self.col(right, at_right))).collect();
        let join = Join {
            left,
            right,
            kind,
            equal,
            also: None,
            merged: Vec::new(),
            is_one: false,
            unmatched: Unmatched::ByKind,
            condition: None,
        };
        self.join_of(join)
    }

    /// A join with all that it can have.
    /// Calls over partitions by these columns, in the order of the first one.
    pub fn window(&mut self, input: NodeId, by: &[&str], calls: Vec<(&str, &str, WindowFunction)>) -> NodeId {
        let by: Vec<Expr> = by.iter().map(|name| self.col(input, name)).collect();
        let sort: Vec<SortKey> = by.iter().map(|expr| SortKey { expr: expr.clone(), descending: false }).collect();
        let mut columns = self.plan.nodes[input].columns.clone();
        let mut made = Vec::new();
        for (name, ty, function) in calls {
            let column = self.column(name, ty_of(ty));
            made.push(WindowCall { id: ExprId(0), column: column.id, ty: column.ty.clone(), function });
            columns.push(column);
        }
        let step = self.step("window", "window");
        let written = sort.len();
        let kind = NodeKind::Window(Box::new(Window { input, by, sort, written, calls: made }));
        self.plan.nodes.add(Node { step, kind, columns })
    }

    /// The columns of the left side with those of the same names on the right.
    pub fn set_operation(&mut self, kind: SetKind, left: NodeId, right: NodeId) -> NodeId {
        let (mut columns, mut given) = (Vec::new(), Vec::new());
        for of_left in self.plan.nodes[left].columns.clone() {
            let Some(of_right) = self.find(right, &of_left.name) else { continue };
            let ty = of_left.ty.clone().or_null(of_right.ty.nullable && kind == SetKind::Union);
            let made = self.column(&of_left.name, ty);
            columns.push(SetColumn { column: made.id, left: of_left.id, right: of_right.id });
            given.push(made);
        }
        let step = self.step(kind.word(), kind.word());
        let kind = NodeKind::SetOperation(Box::new(SetOperation { left, right, kind, columns }));
        self.plan.nodes.add(Node { step, kind, columns: given })
    }

    pub fn join_of(&mut self, join: Join) -> NodeId {
        let mut columns = self.plan.nodes[join.left].columns.clone();
        let right = self.plan.nodes[join.right].columns.clone();
        let or_null = |column: &PlanColumn| PlanColumn { ty: column.ty.clone().or_null(true), ..column.clone() };
        match join.kind {
            JoinKind::Inner | JoinKind::Cross => columns.extend(right),
            JoinKind::Left => columns.extend(right.iter().map(or_null)),
            JoinKind::Full => {
                columns = columns.iter().map(or_null).collect();
                columns.extend(right.iter().map(or_null));
            }
            JoinKind::Semi | JoinKind::Anti => {}
        }
        let step = self.step("join", "join");
        self.plan.nodes.add(Node { step, kind: NodeKind::Join(Box::new(join)), columns })
    }

    /// A CSV file of all columns of a relation: this makes it wanted.
    pub fn export(&mut self, relation: RelationId) {
        let step = self.step("export", "export");
        let columns = self.plan.nodes[self.plan.relations[relation].root].columns.clone();
        let columns = columns
            .into_iter()
            .map(|column| OutputColumn {
                column: column.id,
                format: None,
                heading: Message { parts: vec![MessagePart::Text(column.name)] },
                ty: column.ty,
                marks: Marks::default(),
                present_if: None,
            })
            .collect();
        let sheet = Sheet { title: String::new(), by: None, relation, columns, step };
        let file_name = Message { parts: vec![MessagePart::Text("out.csv".to_owned())] };
        let with = ExportOptions::default();
        self.plan.exports.push(Export { step, format: Format::Csv, file_name, sheets: vec![sheet], with });
    }

    /// `rows(relation)`: this makes it wanted.
    pub fn rows(&mut self, relation: RelationId) -> Expr {
        let fact = self.plan.facts.add(Fact::Rows { relation });
        self.expr(Type::required(DataType::Int), ExprKind::Fact(fact))
    }

    /// A column of a node by its name; `name#2` is the second of that name.
    pub fn col(&mut self, node: NodeId, name: &str) -> Expr {
        match self.find(node, name) {
            Some(column) => self.expr(column.ty, ExprKind::Column(column.id)),
            None => self.expr(Type::error(), ExprKind::Error),
        }
    }

    pub fn int(&mut self, value: i128) -> Expr {
        self.expr(Type::required(DataType::Int), ExprKind::Literal(Value::Int(value)))
    }

    pub fn text(&mut self, value: &str) -> Expr {
        self.expr(Type::required(DataType::Text), ExprKind::Literal(Value::text(value)))
    }

    pub fn bool(&mut self, value: bool) -> Expr {
        self.expr(Type::required(DataType::Bool), ExprKind::Literal(Value::Bool(value)))
    }

    pub fn call(&mut self, function: FnId, result: &str, arguments: Vec<Expr>) -> Expr {
        self.expr(ty_of(result), ExprKind::Call { function, arguments })
    }

    /// A comparison, nullable as its sides are.
    pub fn compare(&mut self, function: FnId, left: Expr, right: Expr) -> Expr {
        let ty = Type::new(DataType::Bool, left.ty.nullable || right.ty.nullable);
        self.expr(ty, ExprKind::Call { function, arguments: vec![left, right] })
    }

    pub fn and(&mut self, left: Expr, right: Expr) -> Expr {
        let ty = Type::new(DataType::Bool, left.ty.nullable || right.ty.nullable);
        self.expr(ty, ExprKind::And(Box::new(left), Box::new(right)))
    }

    pub fn or(&mut self, left: Expr, right: Expr) -> Expr {
        let ty = Type::new(DataType::Bool, left.ty.nullable || right.ty.nullable);
        self.expr(ty, ExprKind::Or(Box::new(left), Box::new(right)))
    }

    pub fn aggregated(&mut self, function: AggregateId, result: &str, arguments: Vec<Expr>) -> Expr {
        self.expr(ty_of(result), ExprKind::Aggregate(AggregateCall::new(function, arguments)))
    }

    pub fn expr(&mut self, ty: Type, kind: ExprKind) -> Expr {
        self.exprs += 1;
        Expr::new(ExprId(self.exprs - 1), ty, kind)
    }

    pub fn step(&mut self, word: &str, words: &str) -> StepId {
        self.plan.steps.add(StepInfo { word: word.to_owned(), words: words.to_owned(), relation: None })
    }

    /// A fresh column.
    pub fn column(&mut self, name: &str, ty: Type) -> PlanColumn {
        self.columns += 1;
        PlanColumn { id: ColumnId(self.columns - 1), name: name.to_owned(), ty }
    }

    fn unary(&mut self, word: &str, input: NodeId, kind: NodeKind) -> NodeId {
        let step = self.step(word, word);
        let columns = self.plan.nodes[input].columns.clone();
        self.plan.nodes.add(Node { step, kind, columns })
    }

    fn items(&mut self, input: NodeId, items: Vec<(&str, Expr)>) -> Vec<Item> {
        items
            .into_iter()
            .map(|(name, expr)| {
                let passed = self.plan.nodes[input]
                    .columns
                    .iter()
                    .find(|column| column.name == name && matches!(expr.kind, ExprKind::Column(id) if id == column.id));
                let column = match passed {
                    Some(column) => column.id,
                    None => self.column(name, expr.ty.clone()).id,
                };
                Item { column, name: name.to_owned(), expr }
            })
            .collect()
    }

    fn item_columns(&self, items: &[Item]) -> Vec<PlanColumn> {
        let column = |item: &Item| PlanColumn { id: item.column, name: item.name.clone(), ty: item.expr.ty.clone() };
        items.iter().map(column).collect()
    }

    fn find(&self, node: NodeId, name: &str) -> Option<PlanColumn> {
        let (name, nth) = name.split_once('#').unwrap_or((name, "1"));
        let nth = nth.parse::<usize>().ok()?.checked_sub(1)?;
        self.plan.nodes[node].columns.iter().filter(|column| column.name == name).nth(nth).cloned()
    }
}

/// `int`, `text?`.
fn ty_of(text: &str) -> Type {
    let (text, nullable) = text.strip_suffix('?').map_or((text, false), |text| (text, true));
    let data = match text {
        "int" => DataType::Int,
        "float" => DataType::Float,
        "text" => DataType::Text,
        "bool" => DataType::Bool,
        "date" => DataType::Date,
        "datetime" => DataType::DateTime,
        "percent" => DataType::Percent,
        "uuid" => DataType::Uuid,
        _ => DataType::Error,
    };
    Type { data, nullable }
}
