package dev.espalier.core.internal.engine;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineProvider;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.PrecisionSupport;
import dev.espalier.engine.Session;
import dev.espalier.error.ErrorCode;
import dev.espalier.error.EspalierException;
import dev.espalier.graph.DataType;
import dev.espalier.graph.Program;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine that trains, and leaves the frozen base of a model to another engine, which is loaded
 * when there is a base to compute. Both compute on the processor; on other devices the first
 * computes alone. Thread-safe.
 */
public final class FrozenBaseEngine implements Engine {
  private static final Logger log = LoggerFactory.getLogger(FrozenBaseEngine.class);

  private final Engine engine;
  private final EngineProvider provider;
  private final EngineSettings settings;
  private final AtomicBoolean toldUse = new AtomicBoolean();
  private final AtomicBoolean toldFailure = new AtomicBoolean();
  private @Nullable Engine other;
  private boolean closed;

  private FrozenBaseEngine(Engine engine, EngineProvider provider, EngineSettings settings) {
    this.engine = engine;
    this.provider = provider;
    this.settings = settings;
  }

  /**
   * Returns an engine that leaves the frozen base to the one that the settings choose for it, or
   * the given engine if there is none.
   *
   * @param engine closed with the result
   * @param known all available engines
   * @throws EspalierException {@link ErrorCode#UNKNOWN_NAME} or {@link
   *     ErrorCode#ENGINE_UNAVAILABLE} if the settings name an engine that does not exist or cannot
   *     be used
   */
  public static Engine of(
      Engine engine, Collection<EngineProvider> known, EngineSettings settings) {
    EngineProvider provider = EngineChoice.ofFrozenBase(known, settings, engine.name());
    return provider == null ? engine : new FrozenBaseEngine(engine, provider, settings);
  }

  /** Returns the engine that trains, for what it has to do alone. */
  public static Engine training(Engine engine) {
    return engine instanceof FrozenBaseEngine divided ? divided.engine : engine;
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public String version() {
    return engine.version();
  }

  @Override
  public List<Device> devices() {
    return engine.devices();
  }

  @Override
  public Set<Capability> capabilities() {
    return engine.capabilities();
  }

  @Override
  public PrecisionSupport precision(DataType type, Device device) {
    return engine.precision(type, device);
  }

  @Override
  public Session openSession(Device device) {
    Session session = engine.openSession(device);
    return device.kind() == Device.Kind.CPU
        ? new FrozenBaseSession(session, new Sessions())
        : session;
  }

  private synchronized Engine other() {
    if (closed) {
      throw new EspalierException(
          ErrorCode.CLOSED, "The engine " + name() + " is closed.", "Open it again.");
    }
    Engine known = other;
    if (known == null) {
      known = provider.open(EngineChoice.optionsOfFrozenBase(provider, settings));
      other = known;
    }
    if (capabilities().contains(Capability.DETERMINISTIC)) {
      known.require(Set.of(Capability.DETERMINISTIC), "the frozen base on " + name());
    }
    return known;
  }

  @Override
  public void close() {
    engine.close();
    Engine opened;
    synchronized (this) {
      closed = true;
      opened = other;
    }
    if (opened != null) {
      opened.close();
    }
  }

  @Override
  public String toString() {
    return engine + " with " + provider.name() + " for a frozen base";
  }

  /** Opens sessions of the other engine, and says once what it does. */
  private final class Sessions implements FrozenBaseSession.OtherEngine {
    @Override
    public Session openSession() {
      return other().openSession(Device.cpu());
    }

    @Override
    public void computes(Program program) {
      if (toldUse.compareAndSet(false, true)) {
        log.info(
            "The frozen base of the model is computed by {}; {} = {} leaves it to {}.",
            provider.name(),
            EngineSettings.FROZEN_BASE_ENGINE.name(),
            EngineSettings.SAME,
            name());
      }
    }

    @Override
    public void fails(Program program, Throwable reason) {
      if (toldFailure.compareAndSet(false, true)) {
        log.warn(
            "The engine {} cannot compute the frozen base of the model, so {} does: {}",
            provider.name(),
            name(),
            reason.toString());
      }
    }
  }
}
