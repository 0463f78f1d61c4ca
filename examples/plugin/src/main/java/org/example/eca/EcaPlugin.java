package org.example.eca;

import dev.espalier.data.Augmentation;
import dev.espalier.activation.Activation;
import dev.espalier.layer.Layer;
import dev.espalier.plugin.Component;
import dev.espalier.plugin.ModelProvider;
import dev.espalier.plugin.Plugin;
import dev.espalier.regularizer.Regularizer;
import dev.espalier.schedule.LearningRateSchedule;
import dev.espalier.callback.Callback;
import dev.espalier.metric.Metric;
import dev.espalier.training.Step;
import java.util.List;

/** Brings one or two of each kind, each a small class of its own. */
public final class EcaPlugin implements Plugin {
  @Override public String id() { return "eca"; }

  @Override public int apiVersion() { return API_VERSION; }

  @Override public List<Class<? extends Layer>> layers() { return List.of(Eca.class, TransformerBlock.class); }

  @Override public List<ModelProvider> models() { return List.of(new EcaNet(), new PatchNet()); }

  @Override public List<Component<Augmentation>> augmentations() { return List.of(Darken.COMPONENT); }

  @Override public List<Component<Callback>> callbacks() { return List.of(StopAtTarget.COMPONENT); }

  @Override public List<Component<Metric>> metrics() { return List.of(CohenKappa.COMPONENT, ExpectedCost.COMPONENT); }

  @Override public List<Component<Step>> steps() { return List.of(SharpnessAware.COMPONENT); }

  @Override public List<Component<LearningRateSchedule>> schedules() { return List.of(SquareWarmUp.COMPONENT); }

  @Override public List<Component<Activation>> activations() { return List.of(ScaledTanh.COMPONENT); }

  @Override public List<Component<Regularizer>> regularizers() { return List.of(SquaredWeights.COMPONENT); }
}
