//! Lato in two weights, and the glyphs of a text in it.

use harfrust::{
    Direction, Feature, FontRef, Language, ShapeOptions, ShapePlan, ShaperData, Tag, UnicodeBuffer,
    script,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use std::sync::LazyLock;

static REGULAR: LazyLock<Option<Loaded>> =
    LazyLock::new(|| Loaded::new(include_bytes!("fonts/Lato-Regular.ttf")));
static BOLD: LazyLock<Option<Loaded>> =
    LazyLock::new(|| Loaded::new(include_bytes!("fonts/Lato-Bold.ttf")));

/// What stands for a character that Lato does not have.
const UNKNOWN: char = '?';

/// A weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Bold,
}

struct Loaded {
    font: Font,
    data: ShaperData,
    file: FontRef<'static>,
    plan: ShapePlan,
}

/// A text with its glyphs. Widths count in parts of the type size.
#[derive(Debug, Clone)]
pub(super) struct Shaped {
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) width: f32,
}

/// Digits of one width, so that columns of amounts stand; no ligatures, so that what is copied out
/// of the document is what was written.
fn features() -> [Feature; 2] {
    [
        Feature::new(Tag::new(b"tnum"), 1, ..),
        Feature::new(Tag::new(b"liga"), 0, ..),
    ]
}

impl Loaded {
    fn new(bytes: &'static [u8]) -> Option<Self> {
        let file = FontRef::new(bytes).ok()?;
        let data = ShaperData::new(&file);
        let language = Language::new("pl");
        let plan = ShapePlan::new(
            &data.shaper(&file).build(),
            Direction::LeftToRight,
            Some(script::LATIN),
            language.as_ref(),
            &features(),
        );
        Some(Self {
            font: Font::new(bytes.into(), 0)?,
            data,
            file,
            plan,
        })
    }
}

impl Face {
    fn loaded(self) -> Option<&'static Loaded> {
        match self {
            Self::Regular => REGULAR.as_ref(),
            Self::Bold => BOLD.as_ref(),
        }
    }

    /// The font as the document embeds it. The fonts are part of the program: a test loads them.
    pub(super) fn font(self) -> Option<Font> {
        self.loaded().map(|loaded| loaded.font.clone())
    }

    /// The glyphs of one line.
    pub(super) fn shape(self, text: &str) -> Shaped {
        let text = drawable(text);
        let shaped = self.glyphs(text);
        let missing = shaped
            .glyphs
            .iter()
            .filter(|glyph| glyph.glyph_id.to_u32() == 0);
        let missing: Vec<_> = missing.map(|glyph| glyph.text_range.clone()).collect();
        if missing.is_empty() {
            return shaped;
        }
        let known = shaped.text.char_indices().map(|(at, char)| {
            let lost = missing.iter().any(|range| range.contains(&at));
            if lost { UNKNOWN } else { char }
        });
        self.glyphs(known.collect())
    }

    /// The glyphs of one line, each in a place of the same width.
    pub(super) fn shape_in_places(self, text: &str, place: f32) -> Shaped {
        let mut shaped = self.shape(text);
        shaped.width = 0.0;
        for glyph in &mut shaped.glyphs {
            glyph.x_offset += (place - glyph.x_advance) / 2.0;
            glyph.x_advance = place;
            shaped.width += place;
        }
        shaped
    }

    fn glyphs(self, text: String) -> Shaped {
        let Some(loaded) = self.loaded() else {
            let (glyphs, width) = (Vec::new(), 0.0);
            return Shaped {
                text,
                glyphs,
                width,
            };
        };
        let shaper = loaded.data.shaper(&loaded.file).build();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.set_direction(Direction::LeftToRight);
        buffer.set_script(script::LATIN);
        if let Some(language) = Language::new("pl") {
            buffer.set_language(language);
        }
        let features = features();
        let options = ShapeOptions::new()
            .plan(Some(&loaded.plan))
            .features(&features);
        let shaped = shaper.shape(buffer, options);
        let em = loaded.font.units_per_em();
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let mut glyphs = Vec::with_capacity(infos.len());
        let mut width = 0.0;
        for (index, (info, position)) in infos.iter().zip(positions).enumerate() {
            let start = info.cluster as usize;
            let after = infos.iter().skip(index).map(|info| info.cluster as usize);
            let end = after
                .into_iter()
                .find(|at| *at > start)
                .unwrap_or(text.len());
            let em_of = |units: i32| units as f32 / em;
            let advance = em_of(position.x_advance);
            width += advance;
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                advance,
                em_of(position.x_offset),
                em_of(position.y_offset),
                0.0,
                start..end,
                None,
            ));
        }
        Shaped {
            text,
            glyphs,
            width,
        }
    }
}

/// Without what cannot stand in a kept document: control characters become spaces, invisible ones
/// are left out, private ones are unknown.
fn drawable(text: &str) -> String {
    text.chars()
        .filter(|char| {
            !matches!(char, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        })
        .map(|char| match char {
            char if char.is_control() => ' ',
            '\u{2028}' | '\u{2029}' => ' ',
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. | '\u{fff0}'..='\u{ffff}' => UNKNOWN,
            char => char,
        })
        .collect()
}
