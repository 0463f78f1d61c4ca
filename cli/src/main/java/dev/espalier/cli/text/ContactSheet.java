package dev.espalier.cli.text;

import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageEncoder;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.error.FailureReason;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Draws rows of images into one image; the first image of a row is set apart. */
public final class ContactSheet {
  private static final int GAP = 4;
  private static final int FIRST_GAP = 12;

  private ContactSheet() {}

  /**
   * Writes the sheet as PNG.
   *
   * @param size height and width of a cell in pixels; images keep their proportions
   * @throws EspalierException {@link ErrorCode#FILE_NOT_WRITABLE}
   */
  public static void write(Path file, List<List<Image>> rows, int size) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    BufferedImage sheet =
        new BufferedImage(
            columns * (size + GAP) + FIRST_GAP,
            rows.size() * (size + GAP) + GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < rows.get(row).size(); column++) {
        int left = GAP + column * (size + GAP) + (column > 0 ? FIRST_GAP - GAP : 0);
        draw(graphics, rows.get(row).get(column), left, GAP + row * (size + GAP), size);
      }
    }
    graphics.dispose();
    try {
      Files.write(file, ImageEncoder.png(sheet));
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_WRITABLE,
          "The preview cannot be written to " + file + ": " + FailureReason.ofWriting(e) + ".",
          "Name a file in a folder that you may write to with --output.",
          e);
    }
  }

  private static void draw(Graphics2D graphics, Image image, int left, int top, int size) {
    double scale = (double) size / Math.max(image.width(), image.height());
    int width = Math.max(1, (int) Math.round(image.width() * scale));
    int height = Math.max(1, (int) Math.round(image.height() * scale));
    graphics.drawImage(
        ImageEncoder.buffered(image),
        left + (size - width) / 2,
        top + (size - height) / 2,
        width,
        height,
        null);
  }
}
