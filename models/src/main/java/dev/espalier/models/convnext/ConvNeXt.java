package dev.espalier.models.convnext;

import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import java.util.List;

/**
 * ConvNeXt (Liu and others, 2022), as timm, torchvision and Keras build it. Each method returns a
 * builder, such as {@code ConvNeXt.tiny().includeTop(false).weights(weights).build()}.
 *
 * <p>Layers have the names of Keras' ConvNeXt without the name of the model in front, such as
 * {@code stage_0_block_0_depthwise_conv}. As in Keras, a model without classifier ends in the layer
 * normalization that the classifier begins with.
 */
public final class ConvNeXt {
  private static final int STAGES = 4;

  private ConvNeXt() {}

  /** Returns ConvNeXt-Tiny: 224 × 224 pixels, 28.6 million parameters. */
  public static ConvNeXtBuilder tiny() {
    return variant("convnext-tiny", List.of(3, 3, 9, 3), 96);
  }

  /** Returns ConvNeXt-Small: 224 × 224 pixels, 50.2 million parameters. */
  public static ConvNeXtBuilder small() {
    return variant("convnext-small", List.of(3, 3, 27, 3), 96);
  }

  /** Returns ConvNeXt-Base: 224 × 224 pixels, 88.6 million parameters. */
  public static ConvNeXtBuilder base() {
    return variant("convnext-base", List.of(3, 3, 27, 3), 128);
  }

  /**
   * Returns a ConvNeXt of another size, such as timm's {@code convnext_atto} with {@code List.of(2,
   * 2, 6, 2)} and 40: 224 × 224 pixels.
   *
   * @param depths number of blocks of each of the four stages
   * @param width number of channels of the first stage; each further stage doubles them
   */
  public static ConvNeXtBuilder custom(List<Integer> depths, int width) {
    List<Integer> blocks = List.copyOf(depths);
    if (blocks.size() != STAGES || blocks.stream().anyMatch(count -> count < 1) || width < 1) {
      throw new EspalierException(
          ErrorCode.INVALID_ARGUMENT,
          "A ConvNeXt cannot have " + blocks + " blocks and the width " + width + ".",
          "Give four numbers of blocks and a width, each 1 or more.");
    }
    return variant("convnext", blocks, width);
  }

  private static ConvNeXtBuilder variant(String name, List<Integer> depths, int width) {
    return new ConvNeXtBuilder(
        new ConvNeXtStages(name, depths, List.of(width, 2 * width, 4 * width, 8 * width)));
  }
}
