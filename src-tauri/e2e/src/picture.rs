//! Pictures of a display without a screen: from the frame buffer Xvfb keeps in a file (the format of `xwd`) to pixels
//! and PNG.

use anyhow::{Context as _, Result, ensure};

/// The upper left part of a frame buffer: red, green and blue of each pixel.
pub(crate) fn pixels(file: &[u8], width: u32, height: u32) -> Result<Vec<u8>> {
    let field = |index: usize| {
        let bytes = file.get(index * 4..index * 4 + 4).context("the frame buffer has no header")?;
        Ok::<_, anyhow::Error>(u32::from_be_bytes(bytes.try_into()?))
    };
    let (header, colours) = (field(0)? as usize, field(19)? as usize);
    let (full_width, full_height, bits, stride) =
        (field(4)?, field(5)?, field(11)?, field(12)? as usize);
    ensure!(bits == 32, "the display has {bits} bits per pixel, 32 are known");
    ensure!(
        width <= full_width && height <= full_height,
        "the display is smaller than {width} x {height}"
    );

    // Each entry of the colour map takes twelve bytes; the pixels follow, blue first.
    let pixels = file.get(header + colours * 12..).context("the frame buffer has no pixels")?;
    let rows = pixels.chunks_exact(stride).take(height as usize);
    let inside = rows.flat_map(|row| row[..width as usize * 4].chunks_exact(4));
    let rgb: Vec<u8> = inside.flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
    ensure!(rgb.len() == width as usize * height as usize * 3, "the frame buffer is cut");
    Ok(rgb)
}

/// The same as PNG.
pub(crate) fn of_frame_buffer(file: &[u8], width: u32, height: u32) -> Result<Vec<u8>> {
    let rgb = pixels(file, width, height)?;
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(png)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two by two pixels, a colour map of one entry.
    fn frame_buffer() -> Vec<u8> {
        let mut words = [0_u32; 25];
        (words[0], words[4], words[5], words[11], words[12], words[19]) = (100, 2, 2, 32, 8, 1);
        let mut file: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        file.extend([0; 12]);
        file.extend([1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 10, 11, 12, 0]);
        file
    }

    #[test]
    fn the_upper_left_part_is_taken_with_red_first() {
        let png = of_frame_buffer(&frame_buffer(), 1, 2).expect("a picture");
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut pixels).expect("a frame");
        assert_eq!((info.width, info.height, &pixels[..]), (1, 2, &[3, 2, 1, 9, 8, 7][..]));
    }

    #[test]
    fn a_picture_larger_than_the_display_is_refused() {
        of_frame_buffer(&frame_buffer(), 3, 2).expect_err("too wide");
        of_frame_buffer(b"short", 1, 1).expect_err("no header");
    }
}
