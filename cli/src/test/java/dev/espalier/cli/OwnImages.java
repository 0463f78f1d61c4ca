package dev.espalier.cli;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A user's folder of images of two classes. */
public record OwnImages(Path folder) {
  /** Adds images of discs and of bars below a folder. */
  public OwnImages with(String place, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      draw(folder.resolve(place).resolve("disc").resolve(i + ".png"), i, Color.ORANGE);
      draw(folder.resolve(place).resolve("bar").resolve(i + ".png"), i, Color.CYAN);
    }
    return this;
  }

  /** Adds a file that cannot be read. */
  public OwnImages withBroken(String file) throws IOException {
    Path broken = folder.resolve(file);
    Files.createDirectories(broken.getParent());
    Files.write(broken, new byte[] {1, 2, 3});
    return this;
  }

  private static void draw(Path file, int number, Color color) throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(color);
    if (color.equals(Color.CYAN)) {
      graphics.fillRect(4, 10 + number, 56, 14);
    } else {
      graphics.fillOval(2 + number, 2, 36, 36);
    }
    graphics.dispose();
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }
}
