package dev.espalier.benchmarks.jmh;

import dev.espalier.data.Image;
import dev.espalier.datasets.image.ImageFiles;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reads and decodes an image file of 500 by 375 pixels, the usual size of ImageNet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecodingBenchmark {
  /** The format of the file. */
  @Param({"jpg", "png", "bmp"})
  public String format = "jpg";

  private Path file = Path.of("");

  /** Writes the file. */
  @Setup
  public void write() throws IOException {
    Image content = SmoothImage.of(375, 500);
    BufferedImage image = new BufferedImage(500, 375, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < 375; row++) {
      for (int column = 0; column < 500; column++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          rgb = (rgb << 8) | content.at(row, column, channel);
        }
        image.setRGB(column, row, rgb);
      }
    }
    file = Files.createTempFile("decoding", "." + format);
    ImageIO.write(image, format, file.toFile());
  }

  /** Deletes the file. */
  @TearDown
  public void delete() throws IOException {
    Files.delete(file);
  }

  /** Decodes it. */
  @Benchmark
  public Image decode() {
    return ImageFiles.read(file);
  }
}
