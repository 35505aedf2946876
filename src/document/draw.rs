//! Pages written as PDF.

use super::layout::{HEIGHT, Ink, LEFT, Layout, Mark, Piece, RIGHT, SMALL, WIDTH};
use super::{Document, PdfError};
use crate::clock::WARSAW;
use jiff::tz::TimeZone;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, TagGroup, TagTree,
};

/// Where the line at the foot of a page stands.
const FOOT: f32 = HEIGHT - 40.0;

pub(super) fn pdf(document: &Document, layout: &Layout) -> Result<Vec<u8>, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(failed)?;
    let mut pdf = krilla::Document::new_with(SerializeSettings {
        configuration,
        enable_tagging: true,
        ..SerializeSettings::default()
    });
    let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| failed("no size"))?;
    let mut leaves: Vec<Vec<Identifier>> = layout.slots.iter().map(|_| Vec::new()).collect();
    for (index, pieces) in layout.pages.iter().enumerate() {
        let mut page = pdf.start_page_with(size.clone());
        let mut surface = page.surface();
        draw(&mut surface, pieces, &mut leaves);
        foot(&mut surface, document, index + 1, layout.pages.len());
        surface.finish();
        page.finish();
    }
    pdf.set_tag_tree(tree(document, layout, leaves));
    pdf.set_outline(outline(layout));
    pdf.set_metadata(metadata(document));
    pdf.finish().map_err(failed)
}

fn failed(error: impl std::fmt::Debug) -> PdfError {
    PdfError(format!("{error:?}"))
}

/// Pieces of the same slot that follow one another are one piece for those who listen.
fn draw(surface: &mut Surface<'_>, pieces: &[Piece], leaves: &mut [Vec<Identifier>]) {
    for run in pieces.chunk_by(|a, b| a.slot == b.slot) {
        let slot = run.first().and_then(|piece| piece.slot);
        let tag = match slot {
            Some(_) => ContentTag::Span(SpanTag::empty()),
            None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
        };
        let identifier = surface.start_tagged(tag);
        run.iter().for_each(|piece| mark(surface, &piece.mark));
        surface.end_tagged();
        if let Some(leaves) = slot.and_then(|slot| leaves.get_mut(slot)) {
            leaves.push(identifier);
        }
    }
}

fn mark(surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text {
            x,
            baseline,
            face,
            size,
            ink,
            text,
        } => {
            let Some(font) = face.font() else { return };
            surface.set_fill(Some(fill(*ink)));
            let start = Point::from_xy(*x, *baseline);
            surface.draw_glyphs(start, &text.glyphs, font, &text.text, *size, false);
        }
        Mark::Bar {
            x,
            y,
            width,
            height,
            ink,
        } => {
            let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) else {
                return;
            };
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            surface.set_fill(Some(fill(*ink)));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Mark::Arms { x, y, height, arms } => arms.draw(surface, *x, *y, *height),
    }
}

fn fill(ink: Ink) -> Fill {
    let (red, green, blue) = match ink {
        Ink::Granat => (0x16, 0x20, 0x3A),
        Ink::Chaber => (0x2B, 0x4F, 0xC7),
        Ink::Hairline => (0xC9, 0xCE, 0xDA),
        Ink::Note => (0x4A, 0x53, 0x6B),
    };
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        ..Fill::default()
    }
}

fn foot(surface: &mut Surface<'_>, document: &Document, page: usize, pages: usize) {
    let kind = ArtifactType::Footer;
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    let number = document.lang.either(
        format!("strona {page} z {pages}"),
        format!("page {page} of {pages}"),
    );
    let number = SMALL.face.shape(&number);
    let place = RIGHT - number.width * SMALL.size;
    let free = (place - LEFT - 16.0) / SMALL.size;
    let line = super::lines::broken(&document.footer, SMALL.face, free)
        .into_iter()
        .next();
    for (x, text) in line
        .map(|line| (LEFT, line))
        .into_iter()
        .chain([(place, number)])
    {
        let text = Mark::Text {
            x,
            baseline: FOOT,
            face: SMALL.face,
            size: SMALL.size,
            ink: Ink::Note,
            text,
        };
        mark(surface, &text);
    }
    surface.end_tagged();
}

/// Slots stand after the one they are in, so the last come first.
fn tree(document: &Document, layout: &Layout, leaves: Vec<Vec<Identifier>>) -> TagTree {
    let mut children: Vec<Vec<Node>> = leaves
        .into_iter()
        .map(|leaves| leaves.into_iter().rev().map(Node::from).collect())
        .collect();
    let mut top = Vec::new();
    for (index, slot) in layout.slots.iter().enumerate().rev() {
        let mut own = std::mem::take(&mut children[index]);
        own.reverse();
        let group = TagGroup::with_children(slot.tag.clone(), own);
        match slot.parent {
            Some(parent) => children[parent].push(group.into()),
            None => top.push(group.into()),
        }
    }
    top.reverse();
    TagTree::from(top).with_lang(Some(document.lang.tag().to_owned()))
}

fn outline(layout: &Layout) -> Outline {
    let mut outline = Outline::new();
    for heading in layout.headings.iter().filter(|heading| heading.level < 3) {
        let point = Point::from_xy(LEFT, heading.y);
        let place = XyzDestination::new(heading.page, point);
        outline.push_child(OutlineNode::new(heading.text.clone(), place));
    }
    outline
}

fn metadata(document: &Document) -> Metadata {
    let metadata = Metadata::new()
        .title(document.title.clone())
        .language(document.lang.tag().to_owned())
        .authors(vec![document.office.name.clone()])
        .creator("ebok".to_owned());
    match made_at(document) {
        Some(at) => metadata.creation_date(at),
        None => metadata,
    }
}

fn made_at(document: &Document) -> Option<DateTime> {
    let zone = TimeZone::get(WARSAW).unwrap_or(TimeZone::UTC);
    let at = jiff::Timestamp::from_millisecond(document.made_at.0)
        .ok()?
        .to_zoned(zone);
    let number = |number: i8| u8::try_from(number).unwrap_or_default();
    Some(
        DateTime::new(u16::try_from(at.year()).ok()?)
            .month(number(at.month()))
            .day(number(at.day()))
            .hour(number(at.hour()))
            .minute(number(at.minute()))
            .second(number(at.second()))
            .utc_offset_hour(i8::try_from(at.offset().seconds() / 3_600).unwrap_or_default())
            .utc_offset_minute(0),
    )
}
