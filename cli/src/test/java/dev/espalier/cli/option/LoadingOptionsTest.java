package dev.espalier.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.data.Dataset;
import dev.espalier.datasets.folder.ImageFolder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadingOptionsTest {
  @TempDir Path folder;

  private final StringWriter err = new StringWriter();

  private Dataset pets(int damaged) throws IOException {
    for (String name : new String[] {"cat", "dog"}) {
      Files.createDirectories(folder.resolve(name));
      ImageIO.write(
          new BufferedImage(4, 3, BufferedImage.TYPE_INT_RGB),
          "png",
          folder.resolve(name).resolve("good.png").toFile());
    }
    for (int i = 0; i < damaged; i++) {
      Files.write(folder.resolve("dog").resolve("bad" + (10 + i) + ".png"), new byte[3]);
    }
    return ImageFolder.of(folder).open();
  }

  private String[] report() {
    return err.toString().lines().toArray(String[]::new);
  }

  @Test
  void everythingIsTakenAsItIsUnlessToldOtherwise() throws IOException {
    Dataset pets = pets(1);

    assertThat(new LoadingOptions().apply(pets, new PrintWriter(err))).isSameAs(pets);
    assertThat(report()).isEmpty();
  }

  @Test
  void unreadableFilesAreLeftOutAndNamed() throws IOException {
    LoadingOptions options = new LoadingOptions();
    options.skipUnreadable = true;

    assertThat(options.apply(pets(1), new PrintWriter(err)).size()).isEqualTo(2);
    assertThat(report())
        .containsExactly(
            "warning: skipping unreadable files of " + folder.getFileName() + ": 1",
            "  " + folder.resolve("dog/bad10.png") + " is not an image in a supported format.");
  }

  @Test
  void longReportsAreCut() throws IOException {
    LoadingOptions options = new LoadingOptions();
    options.skipUnreadable = true;
    options.apply(pets(13), new PrintWriter(err));

    assertThat(report()).hasSize(12);
    assertThat(report()[11]).isEqualTo("  and 3 more; espalier describe --json lists all");
  }

  @Test
  void memoryKeepsSamples() throws IOException {
    LoadingOptions options = new LoadingOptions();
    options.memoryCache = 1;

    Dataset kept = options.apply(pets(0), new PrintWriter(err));

    assertThat(kept.get(0)).isSameAs(kept.get(0));
  }
}
