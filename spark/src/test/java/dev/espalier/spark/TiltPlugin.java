package dev.espalier.spark;

import dev.espalier.layer.Layer;
import dev.espalier.plugin.Plugin;
import java.util.List;

/** Brings {@link Tilt}. The executors get it as a jar. */
public final class TiltPlugin implements Plugin {
  @Override
  public String id() {
    return "tilt";
  }

  @Override
  public List<Class<? extends Layer>> layers() {
    return List.of(Tilt.class);
  }
}
