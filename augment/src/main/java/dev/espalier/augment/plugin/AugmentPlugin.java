package dev.espalier.augment.plugin;

import dev.espalier.data.Augmentation;
import dev.espalier.data.BatchAugmentation;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.Plugin;
import java.util.ArrayList;
import java.util.List;

/** Provides the augmentations of this module under names such as {@code random-flip}. */
public final class AugmentPlugin implements Plugin {
  /** Creates the plugin; for {@link java.util.ServiceLoader}. */
  public AugmentPlugin() {}

  @Override
  public String id() {
    return "augment";
  }

  @Override
  public int apiVersion() {
    return API_VERSION;
  }

  @Override
  public List<Component<Augmentation>> augmentations() {
    List<Component<Augmentation>> all = new ArrayList<>(GeometryComponents.all());
    all.addAll(ColorComponents.all());
    all.addAll(PolicyComponents.all());
    all.addAll(CompositionComponents.all());
    return all;
  }

  @Override
  public List<Component<BatchAugmentation>> batchAugmentations() {
    return PolicyComponents.ofBatches();
  }
}
