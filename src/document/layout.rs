//! Blocks laid out on A4 pages. Lengths are points, y counts from the top.

use super::arms::Arms;
use super::fonts::{Face, Shaped};
use super::lines::broken;
use super::{Block, Document, Lang, Table};
use krilla::tagging::{ListNumbering, TableHeaderScope, Tag, TagKind};
use std::num::NonZeroU16;

pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;
pub(super) const LEFT: f32 = 62.0;
pub(super) const RIGHT: f32 = WIDTH - 62.0;
const TOP: f32 = 62.0;
/// The text ends here; the footer stands below.
const BOTTOM: f32 = HEIGHT - 72.0;
const BODY: Type = Type::new(Face::Regular, 10.5, 15.5);
const STRONG: Type = Type::new(Face::Bold, 10.5, 15.5);
pub(super) const SMALL: Type = Type::new(Face::Regular, 8.5, 12.0);
const SMALL_STRONG: Type = Type::new(Face::Bold, 8.5, 12.0);
const CODE: Type = Type::new(Face::Bold, 19.0, 30.0);
/// The width of one character of a code, in parts of its size.
const CODE_PLACE: f32 = 0.84;
/// Between a label and its value, and between two cells.
const GUTTER: f32 = 8.0;
const LABEL_WIDTH: f32 = 150.0;
/// Arms stand beside name and address of the office.
const ARMS_HEIGHT: f32 = 40.0;

/// A colour of the look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Granat,
    Chaber,
    Hairline,
    Note,
}

/// A size of type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) leading: f32,
}

impl Type {
    const fn new(face: Face, size: f32, leading: f32) -> Self {
        Self {
            face,
            size,
            leading,
        }
    }

    fn lines(self, text: &str, width: f32) -> Vec<Shaped> {
        broken(text, self.face, width / self.size)
    }
}

/// Something on a page. What belongs to no slot is decoration and is not read aloud.
pub(super) struct Piece {
    pub(super) slot: Option<usize>,
    pub(super) mark: Mark,
}

pub(super) enum Mark {
    Text {
        x: f32,
        baseline: f32,
        face: Face,
        size: f32,
        ink: Ink,
        text: Shaped,
    },
    Bar {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
    Arms {
        x: f32,
        y: f32,
        height: f32,
        arms: Arms,
    },
}

/// A node of the structure that is read aloud.
pub(super) struct Slot {
    pub(super) tag: TagKind,
    pub(super) parent: Option<usize>,
}

/// Where a heading stands, for the outline.
pub(super) struct Mentioned {
    pub(super) level: u16,
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// A document on pages.
pub(super) struct Layout {
    pub(super) pages: Vec<Vec<Piece>>,
    pub(super) slots: Vec<Slot>,
    pub(super) headings: Vec<Mentioned>,
    y: f32,
    parent: Option<usize>,
}

/// A cell about to be placed.
struct Cell {
    slot: Option<usize>,
    x: f32,
    width: f32,
    right: bool,
    kind: Type,
    lines: Vec<Shaped>,
}

impl Layout {
    pub(super) fn of(document: &Document) -> Self {
        let mut layout = Self {
            pages: vec![Vec::new()],
            slots: Vec::new(),
            headings: Vec::new(),
            y: TOP,
            parent: None,
        };
        layout.letterhead(document);
        layout.heading(1, &document.title);
        layout.blocks(&document.blocks);
        layout
    }

    fn letterhead(&mut self, document: &Document) {
        let office = &document.office;
        let mut left = LEFT;
        let top = self.y;
        if let Some(arms) = &office.arms {
            left += arms.width(ARMS_HEIGHT) + 2.0 * GUTTER;
            let mark = Mark::Arms {
                x: LEFT,
                y: top,
                height: ARMS_HEIGHT,
                arms: arms.clone(),
            };
            self.put(Piece { slot: None, mark });
            self.y += 6.0;
        }
        for (text, kind) in [(&office.name, STRONG), (&office.address, SMALL)] {
            if !text.is_empty() {
                self.text_from(left, Tag::P.into(), kind, Ink::Granat, text);
            }
        }
        if office.arms.is_some() {
            self.y = self.y.max(top + ARMS_HEIGHT + 2.0);
        }
        self.bar(LEFT, self.y + 4.0, RIGHT - LEFT, 2.0, Ink::Chaber);
        self.y += 24.0;
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading(text) => self.heading(2, text),
                Block::Subheading(text) => self.heading(3, text),
                Block::Paragraph(text) => {
                    self.text(Tag::P.into(), BODY, Ink::Granat, text);
                    self.y += 6.0;
                }
                Block::Note(text) => {
                    self.text(Tag::P.into(), SMALL, Ink::Note, text);
                    self.y += 5.0;
                }
                Block::Steps(steps) => self.steps(steps),
                Block::Summary(rows) => self.summary(rows),
                Block::Codes(codes) => self.codes(codes),
                Block::Table(table) => self.table(table),
                Block::Part(lang, blocks) => self.part(*lang, blocks),
            }
        }
    }

    fn part(&mut self, lang: Lang, blocks: &[Block]) {
        let tag = Tag::Section.with_lang(Some(lang.tag().to_owned()));
        let section = self.slot(tag.into(), self.parent);
        let outside = self.parent.replace(section);
        self.blocks(blocks);
        self.parent = outside;
    }

    fn heading(&mut self, level: u16, text: &str) {
        // A heading without words would be none, and no such document could be kept.
        if text.trim().is_empty() {
            return;
        }
        let (size, before, after) = match level {
            1 => (20.0, 0.0, 10.0),
            2 => (13.5, 14.0, 5.0),
            _ => (11.0, 8.0, 3.0),
        };
        let kind = Type::new(Face::Bold, size, size * 1.3);
        self.y += before;
        // A heading never stands alone at the foot of a page.
        self.room(kind.leading + after + 3.0 * BODY.leading);
        let (page, y) = (self.pages.len().saturating_sub(1), self.y);
        let (text, at) = (
            text.to_owned(),
            NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN),
        );
        self.text(
            Tag::Hn(at, Some(text.clone())).into(),
            kind,
            Ink::Granat,
            &text,
        );
        self.headings.push(Mentioned {
            level,
            text,
            page,
            y,
        });
        self.y += after;
    }

    fn text(&mut self, tag: TagKind, kind: Type, ink: Ink, text: &str) {
        self.text_from(LEFT, tag, kind, ink, text);
    }

    fn text_from(&mut self, left: f32, tag: TagKind, kind: Type, ink: Ink, text: &str) {
        let slot = self.slot(tag, self.parent);
        for line in kind.lines(text, RIGHT - left) {
            self.room(kind.leading);
            self.line(Some(slot), left, kind, ink, line);
            self.y += kind.leading;
        }
    }

    fn steps(&mut self, steps: &[String]) {
        let list = self.slot(Tag::L(ListNumbering::Decimal).into(), self.parent);
        for (index, step) in steps.iter().enumerate() {
            let item = self.slot(Tag::LI.into(), Some(list));
            let label = self.slot(Tag::Lbl.into(), Some(item));
            let body = self.slot(Tag::LBody.into(), Some(item));
            let number = BODY.face.shape(&format!("{}. ", index + 1));
            self.room(BODY.leading);
            self.line(Some(label), LEFT, BODY, Ink::Chaber, number);
            for line in BODY.lines(step, RIGHT - LEFT - 20.0) {
                self.room(BODY.leading);
                self.line(Some(body), LEFT + 20.0, BODY, Ink::Granat, line);
                self.y += BODY.leading;
            }
            self.y += 3.0;
        }
        self.y += 6.0;
    }

    fn summary(&mut self, rows: &[(String, String)]) {
        let table = self.slot(Tag::Table.into(), self.parent);
        for (label, value) in rows {
            let (head, data) = self.labelled(table);
            let value_x = LEFT + LABEL_WIDTH + GUTTER;
            let cells = vec![
                cell(head, LEFT, LABEL_WIDTH, STRONG, label),
                cell(data, value_x, RIGHT - value_x, BODY, value),
            ];
            self.row(&cells, None);
            self.y += 2.0;
        }
        self.y += 8.0;
    }

    fn codes(&mut self, codes: &[(String, String)]) {
        let table = self.slot(Tag::Table.into(), self.parent);
        for (label, code) in codes {
            let (head, data) = self.labelled(table);
            self.room(CODE.leading + 8.0);
            let text = CODE.face.shape_in_places(code, CODE_PLACE);
            self.bar(LEFT, self.y, 3.0, CODE.leading, Ink::Chaber);
            let lift = (CODE.leading - STRONG.leading) / 2.0;
            self.y += lift;
            self.line(
                Some(head),
                LEFT + 12.0,
                STRONG,
                Ink::Granat,
                STRONG.face.shape(label),
            );
            self.y -= lift;
            let x = LEFT + 12.0 + LABEL_WIDTH - 30.0;
            self.line(Some(data), x, CODE, Ink::Granat, text);
            self.y += CODE.leading + 8.0;
        }
        self.y += 4.0;
    }

    /// The slots of a row of a label and its value.
    fn labelled(&mut self, table: usize) -> (usize, usize) {
        let row = self.slot(Tag::TR.into(), Some(table));
        let head = self.slot(Tag::TH(TableHeaderScope::Row).into(), Some(row));
        (head, self.slot(Tag::TD.into(), Some(row)))
    }

    fn table(&mut self, table: &Table) {
        let places = places(table);
        let slot = self.slot(Tag::Table.into(), self.parent);
        let head_slot = self.slot(Tag::THead.into(), Some(slot));
        let body = self.slot(Tag::TBody.into(), Some(slot));
        let row = self.slot(Tag::TR.into(), Some(head_slot));
        let mut head = Vec::with_capacity(places.len());
        for (column, (x, width)) in table.columns.iter().zip(&places) {
            let tag = Tag::TH(TableHeaderScope::Column);
            let slot = self.slot(tag.into(), Some(row));
            head.push(Cell {
                right: column.right,
                ..cell(slot, *x, *width, SMALL_STRONG, &column.head)
            });
        }
        self.room(height(&head) + 2.0 * SMALL.leading);
        self.head(&head, true);
        for cells in &table.rows {
            let row = self.slot(Tag::TR.into(), Some(body));
            let mut placed = Vec::with_capacity(places.len());
            for ((column, (x, width)), text) in table.columns.iter().zip(&places).zip(cells) {
                let slot = self.slot(Tag::TD.into(), Some(row));
                placed.push(Cell {
                    right: column.right,
                    ..cell(slot, *x, *width, SMALL, text)
                });
            }
            self.row(&placed, Some(&head));
            self.bar(LEFT, self.y + 1.5, RIGHT - LEFT, 0.4, Ink::Hairline);
            self.y += 4.0;
        }
        self.y += 10.0;
    }

    /// The header of a table; read aloud only where the table begins.
    fn head(&mut self, head: &[Cell], first: bool) {
        let lines = head.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
        for index in 0..lines {
            for cell in head {
                self.cell_line(cell, index, if first { cell.slot } else { None });
            }
            self.y += SMALL.leading;
        }
        self.bar(LEFT, self.y + 1.5, RIGHT - LEFT, 1.0, Ink::Chaber);
        self.y += 5.0;
    }

    /// A row is kept whole where a page can hold it.
    fn row(&mut self, cells: &[Cell], head: Option<&[Cell]>) {
        let leading = cells
            .iter()
            .map(|cell| cell.kind.leading)
            .fold(0.0, f32::max);
        let lines = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0);
        let whole = height(cells);
        if whole <= BOTTOM - TOP - 60.0 {
            self.room_under(whole, head);
        }
        for index in 0..lines {
            self.room_under(leading, head);
            for cell in cells {
                self.cell_line(cell, index, cell.slot);
            }
            self.y += leading;
        }
    }

    fn cell_line(&mut self, cell: &Cell, index: usize, slot: Option<usize>) {
        let Some(line) = cell.lines.get(index) else {
            return;
        };
        let seen = cell.kind.face.shape(line.text.trim_end()).width * cell.kind.size;
        let x = match cell.right {
            true => cell.x + cell.width - seen,
            false => cell.x,
        };
        self.line(slot, x, cell.kind, Ink::Granat, line.clone());
    }

    fn line(&mut self, slot: Option<usize>, x: f32, kind: Type, ink: Ink, text: Shaped) {
        // Lato's capitals are 0.72 of its size: they stand in the middle of the line.
        let baseline = self.y + (kind.leading + 0.72 * kind.size) / 2.0;
        let Type { face, size, .. } = kind;
        let mark = Mark::Text {
            x,
            baseline,
            face,
            size,
            ink,
            text,
        };
        self.put(Piece { slot, mark });
    }

    fn bar(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        let mark = Mark::Bar {
            x,
            y,
            width,
            height,
            ink,
        };
        self.put(Piece { slot: None, mark });
    }

    fn put(&mut self, piece: Piece) {
        if let Some(page) = self.pages.last_mut() {
            page.push(piece);
        }
    }

    fn slot(&mut self, tag: TagKind, parent: Option<usize>) -> usize {
        self.slots.push(Slot { tag, parent });
        self.slots.len() - 1
    }

    fn room(&mut self, height: f32) {
        self.room_under(height, None);
    }

    /// Begins another page where this one has not so much room left.
    fn room_under(&mut self, height: f32, head: Option<&[Cell]>) {
        if self.y + height <= BOTTOM {
            return;
        }
        self.pages.push(Vec::new());
        self.y = TOP;
        if let Some(head) = head {
            self.head(head, false);
        }
    }
}

fn cell(slot: usize, x: f32, width: f32, kind: Type, text: &str) -> Cell {
    Cell {
        slot: Some(slot),
        x,
        width,
        right: false,
        kind,
        lines: kind.lines(text, width),
    }
}

fn height(cells: &[Cell]) -> f32 {
    let height = |cell: &Cell| cell.lines.len() as f32 * cell.kind.leading;
    cells.iter().map(height).fold(0.0, f32::max)
}

/// Where each column begins and how wide it is.
fn places(table: &Table) -> Vec<(f32, f32)> {
    let shares: f32 = table.columns.iter().map(|column| column.share).sum();
    let free = RIGHT - LEFT - GUTTER * (table.columns.len().saturating_sub(1)) as f32;
    let mut x = LEFT;
    let place = |column: &super::Column| {
        let width = free * column.share / shares;
        let begins = x;
        x += width + GUTTER;
        (begins, width)
    };
    table.columns.iter().map(place).collect()
}
