package dev.espalier.core.distributed;

import dev.espalier.core.PluginRegistry;
import dev.espalier.core.internal.engine.DeviceChoice;
import dev.espalier.core.internal.training.ReplicaLoop;
import dev.espalier.core.internal.training.SessionState;
import dev.espalier.core.internal.training.TrainerSession;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Precision;
import dev.espalier.engine.Session;
import dev.espalier.model.Model;
import dev.espalier.model.Weights;
import dev.espalier.training.TrainingConfig;
import org.jspecify.annotations.Nullable;

/** A replica of a training on a worker. Not thread-safe. */
final class WorkerTraining implements AutoCloseable {
  private final String id;
  private final TrainerSession session;
  private final ReplicaLoop loop;
  private @Nullable SessionState held;

  private WorkerTraining(String id, TrainerSession session, ReplicaLoop loop) {
    this.id = id;
    this.session = session;
    this.loop = loop;
  }

  static WorkerTraining open(WorkerSetup setup, int cores, WorkerProcess process) {
    setup.requireVersion();
    WorkerPlan plan = setup.readPlan();
    PluginRegistry registry = plan.registry();
    WorkerPlan.Made made = plan.make(registry);
    TrainingConfig config = made.config().with(more -> more.precision(Precision.FLOAT32));
    EngineSettings wanted = config.engineSettings();
    EngineSettings used =
        cores > 0 && wanted.get(EngineSettings.THREADS) == 0
            ? wanted.with(EngineSettings.of(more -> more.threads(cores)))
            : wanted;
    Model model = setup.readModel(registry);
    Engine engine = process.engine(used, registry::openEngine);
    Session device = engine.openSession(DeviceChoice.choose(engine, used));
    TrainerSession session = null;
    try {
      session = new TrainerSession(engine, device, model, config);
      ReplicaLoop loop =
          new ReplicaLoop(
              session, engine, device, made.training(), made.options(), setup.epochsTrained());
      return new WorkerTraining(setup.training(), session, loop);
    } catch (RuntimeException | Error e) {
      if (session == null) {
        device.close();
      } else {
        session.close();
      }
      throw e;
    }
  }

  String id() {
    return id;
  }

  ReplicaLoop loop() {
    return loop;
  }

  /** Makes this replica that of a state; weights and slots are fetched unless it has them. */
  void continueAt(SessionState state, SharedBytes weights) {
    loop.continueAt(state);
    SessionState before = held;
    held = null;
    if (before == null || !before.hasWeightsOf(state)) {
      ArrayCodec.read(
          weights.content(),
          in -> {
            Weights ofModel = ArrayCodec.readWeights(in);
            loop.write(ofModel, ArrayCodec.readWeights(in));
          });
    }
  }

  /** Notes the state after a task has succeeded. */
  void holds(SessionState state) {
    held = state;
  }

  @Override
  public void close() {
    loop.close();
    session.close();
  }
}
