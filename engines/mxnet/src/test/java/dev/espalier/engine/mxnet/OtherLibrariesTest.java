package dev.espalier.engine.mxnet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.EngineOptions;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** MXNet brings copies of well-known libraries, which must not get in the way of others. */
@Tag("native")
class OtherLibrariesTest {
  @Test
  void jpegFilesCanBeReadAfterMxNetIsLoaded() throws IOException {
    new MxNetEngineProvider().open(EngineOptions.defaults()).close();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    assertThat(ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "jpeg", file))
        .isTrue();
    BufferedImage read = ImageIO.read(new ByteArrayInputStream(file.toByteArray()));
    assertThat(read.getWidth()).isEqualTo(8);
  }
}
