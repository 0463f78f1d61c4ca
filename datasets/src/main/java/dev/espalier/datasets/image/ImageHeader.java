package dev.espalier.datasets.image;

/**
 * Header of an image file. Immutable.
 *
 * @param width pixels in a row, as stored
 * @param height pixels in a column, as stored
 * @param mode how the pixels are stored, such as {@code color}, {@code grey, 16 bit}, {@code
 *     palette with transparency} or {@code CMYK}
 */
public record ImageHeader(ImageFormat format, int width, int height, String mode) {}
