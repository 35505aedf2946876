//! The arms of an office, as SVG or PNG: one file for letters, records and pages.

use crate::limits::{ARMS_BYTES_MAX, ARMS_PIXELS_MAX};
use krilla::geom::{Size, Transform};
use krilla::image::Image;
use krilla::surface::Surface;
use krilla_svg::{SurfaceExt, SvgSettings};
use std::sync::Arc;
use usvg::Tree;

/// How a PNG begins.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Arms that can be drawn. Clones share them.
#[derive(Clone)]
pub struct Arms {
    bytes: Arc<[u8]>,
    picture: Picture,
}

#[derive(Clone)]
enum Picture {
    Svg(Arc<Tree>),
    Png(Image),
}

/// Why a file holds no arms.
#[derive(Debug, thiserror::Error)]
pub enum ArmsError {
    /// Every letter and page would carry it.
    #[error("it is larger than {ARMS_BYTES_MAX} bytes, or {ARMS_PIXELS_MAX} pixels wide or high")]
    TooLarge,
    /// Neither of both kinds.
    #[error("it is neither SVG nor PNG: {0}")]
    Unreadable(String),
}

impl Arms {
    /// Reads the content of a file.
    ///
    /// # Errors
    /// When it is too large, or neither SVG nor PNG.
    pub fn read(bytes: &[u8]) -> Result<Self, ArmsError> {
        if bytes.len() > ARMS_BYTES_MAX {
            return Err(ArmsError::TooLarge);
        }
        let picture = if bytes.starts_with(PNG) {
            let image = Image::from_png(bytes.to_vec().into(), false);
            let image = image.map_err(ArmsError::Unreadable)?;
            let (width, height) = image.size();
            if width.max(height) > ARMS_PIXELS_MAX {
                return Err(ArmsError::TooLarge);
            }
            Picture::Png(image)
        } else {
            let mut options = usvg::Options::default();
            // Nothing outside the file belongs to it.
            options.image_href_resolver.resolve_string = Box::new(|_, _| None);
            let tree = Tree::from_data(bytes, &options);
            let tree = tree.map_err(|error| ArmsError::Unreadable(error.to_string()))?;
            Picture::Svg(Arc::new(tree))
        };
        Ok(Self {
            bytes: bytes.into(),
            picture,
        })
    }

    /// The file as it is.
    #[must_use]
    pub fn bytes(&self) -> Arc<[u8]> {
        Arc::clone(&self.bytes)
    }

    /// What kind of file it is.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        match self.picture {
            Picture::Svg(_) => "image/svg+xml",
            Picture::Png(_) => "image/png",
        }
    }

    /// How wide they are where they are so high, in points.
    #[allow(clippy::cast_precision_loss, reason = "pixels are few")]
    pub(super) fn width(&self, height: f32) -> f32 {
        let (wide, high) = match &self.picture {
            Picture::Svg(tree) => (tree.size().width(), tree.size().height()),
            Picture::Png(image) => (image.size().0 as f32, image.size().1 as f32),
        };
        // No wider than four times their height: a banner would push the name off the page.
        (height * wide / high.max(1.0)).min(4.0 * height)
    }

    /// Draws them with this upper left corner.
    pub(super) fn draw(&self, surface: &mut Surface<'_>, x: f32, y: f32, height: f32) {
        let Some(size) = Size::from_wh(self.width(height), height) else {
            return;
        };
        surface.push_transform(&Transform::from_translate(x, y));
        match &self.picture {
            Picture::Svg(tree) => {
                // Drawn as shapes: the name of the office stands beside them as text.
                let settings = SvgSettings {
                    embed_text: false,
                    ..SvgSettings::default()
                };
                surface.draw_svg(tree, size, settings);
            }
            Picture::Png(image) => surface.draw_image(image.clone(), size),
        }
        surface.pop();
    }
}

impl std::fmt::Debug for Arms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} bytes", self.content_type(), self.bytes.len())
    }
}
