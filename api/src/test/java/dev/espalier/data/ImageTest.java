package dev.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.error.EspalierException;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class ImageTest {
  private static final Image IMAGE = Image.wrap(1, 2, 3, new byte[] {0, 1, 2, 3, 4, (byte) 255});

  @Test
  void pixelsStandByRowColumnAndChannel() {
    assertThat(IMAGE.at(0, 1, 0)).isEqualTo(3);
    assertThat(IMAGE.at(0, 1, 2)).isEqualTo(255);
    assertThat(IMAGE).hasToString("Image 1x2x3");
  }

  @Test
  void pixelsAreCopiedButNotChanged() {
    byte[] target = new byte[8];
    IMAGE.copyTo(target, 1);
    assertThat(target).containsExactly(0, 0, 1, 2, 3, 4, 255, 0);
    assertThatThrownBy(() -> IMAGE.pixels().put(0, (byte) 9))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void sizesMustAgree() {
    assertThatThrownBy(() -> Image.wrap(2, 2, 3, new byte[5]))
        .isInstanceOf(EspalierException.class)
        .hasMessage("5 bytes do not fill 2x2x3. Give height * width * channels bytes. [ESP-304]");
    assertThatThrownBy(() -> Image.wrap(0, 2, 3, new byte[0]))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void equalityIsOfSizeAndPixels() {
    byte[] pixels = {0, 1, 2, 3, 4, (byte) 255};
    assertThat(IMAGE)
        .isEqualTo(Image.wrap(1, 2, 3, pixels))
        .hasSameHashCodeAs(Image.wrap(1, 2, 3, pixels))
        .isNotEqualTo(Image.wrap(2, 1, 3, pixels));
  }
}
