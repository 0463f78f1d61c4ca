package dev.espalier.models.mobilenet;

import dev.espalier.models.mobilenet.InvertedResiduals.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNetV3 as timm builds it, with PyTorch's padding. Each method returns a builder, such as
 * {@code MobileNetV3.large().includeTop(false).weights(weights).build()}.
 *
 * <p>Layers have names like those of EfficientNet, such as {@code block3a_expand_conv}. The
 * classifier has a hidden layer, {@code head_conv}, after the pooling.
 */
public final class MobileNetV3 {
  private static final double SMALL_EXPANSION = 3.67;

  private MobileNetV3() {}

  /** Returns MobileNetV3-Small: 224 × 224 pixels, 2.5 million parameters. */
  public static MobileNetV3Builder small() {
    return new MobileNetV3Builder(small("mobilenetv3small", 1));
  }

  /** Returns MobileNetV3-Large: 224 × 224 pixels, 5.5 million parameters. */
  public static MobileNetV3Builder large() {
    return new MobileNetV3Builder(large("mobilenetv3large", 1));
  }

  static InvertedResiduals small(String name, double width) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block(0, 0, 3, 2, 1, 16, true, true));
    blocks.add(new Block(1, 0, 3, 2, 4.5, 24, false, true));
    blocks.add(new Block(1, 1, 3, 1, SMALL_EXPANSION, 24, false, true));
    blocks.add(new Block(2, 0, 5, 2, 4, 40, true, false));
    blocks.add(new Block(2, 1, 5, 1, 6, 40, true, false));
    blocks.add(new Block(2, 2, 5, 1, 6, 40, true, false));
    blocks.add(new Block(3, 0, 5, 1, 3, 48, true, false));
    blocks.add(new Block(3, 1, 5, 1, 3, 48, true, false));
    blocks.add(new Block(4, 0, 5, 2, 6, 96, true, false));
    blocks.add(new Block(4, 1, 5, 1, 6, 96, true, false));
    blocks.add(new Block(4, 2, 5, 1, 6, 96, true, false));
    return new InvertedResiduals(name, width, blocks, 576, 1024);
  }

  static InvertedResiduals large(String name, double width) {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block(0, 0, 3, 1, 1, 16, false, true));
    blocks.add(new Block(1, 0, 3, 2, 4, 24, false, true));
    blocks.add(new Block(1, 1, 3, 1, 3, 24, false, true));
    blocks.add(new Block(2, 0, 5, 2, 3, 40, true, true));
    blocks.add(new Block(2, 1, 5, 1, 3, 40, true, true));
    blocks.add(new Block(2, 2, 5, 1, 3, 40, true, true));
    blocks.add(new Block(3, 0, 3, 2, 6, 80, false, false));
    blocks.add(new Block(3, 1, 3, 1, 2.5, 80, false, false));
    blocks.add(new Block(3, 2, 3, 1, 2.3, 80, false, false));
    blocks.add(new Block(3, 3, 3, 1, 2.3, 80, false, false));
    blocks.add(new Block(4, 0, 3, 1, 6, 112, true, false));
    blocks.add(new Block(4, 1, 3, 1, 6, 112, true, false));
    blocks.add(new Block(5, 0, 5, 2, 6, 160, true, false));
    blocks.add(new Block(5, 1, 5, 1, 6, 160, true, false));
    blocks.add(new Block(5, 2, 5, 1, 6, 160, true, false));
    return new InvertedResiduals(name, width, blocks, 960, 1280);
  }
}
