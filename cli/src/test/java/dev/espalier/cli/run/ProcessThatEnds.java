package dev.espalier.cli.run;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.espalier.activation.Activation;
import dev.espalier.callback.Callback;
import dev.espalier.core.PluginRegistry;
import dev.espalier.core.Trainer;
import dev.espalier.data.Dataset;
import dev.espalier.data.Datasets;
import dev.espalier.data.Image;
import dev.espalier.data.Sample;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.error.EspalierException;
import dev.espalier.layer.Dense;
import dev.espalier.layer.Input;
import dev.espalier.layer.convolution.Conv2D;
import dev.espalier.layer.pooling.GlobalAveragePooling2D;
import dev.espalier.loss.Losses;
import dev.espalier.model.Sequential;
import dev.espalier.optimizer.Sgd;
import dev.espalier.training.TrainingConfig;
import dev.espalier.training.Verbosity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A process of its own, started by {@link ProcessEndTest}: a daemon thread trains without end, and
 * while it does the process ends in the way that is named.
 */
final class ProcessThatEnds {
  static final int EXIT_CODE = 7;

  /** Printed when the static objects that the first step creates are destroyed. */
  static final String DESTROYED = "A static object was destroyed";

  private static final int STEPS = 3;

  private ProcessThatEnds() {}

  public static void main(String[] arguments) throws InterruptedException {
    EngineSettings settings = EngineSettings.of(builder -> builder.engine(arguments[0]));
    Engine engine = PluginRegistry.discover().openEngine(settings);
    Trainer trainer = trainer(engine, settings);
    CountDownLatch training = new CountDownLatch(STEPS);
    Thread thread = new Thread(() -> train(trainer, training), "trains");
    thread.setDaemon(true);
    thread.start();
    training.await();
    switch (arguments[1]) {
      case "exit" -> System.exit(EXIT_CODE);
      case "halt" -> Runtime.getRuntime().halt(EXIT_CODE);
      case "return" -> System.out.println("main returns");
      case "close-trainer" -> end(trainer::close, thread);
      case "close-engine" -> end(engine::close, thread);
      default -> throw new IllegalArgumentException(arguments[1]);
    }
  }

  private static void end(Runnable close, Thread thread) throws InterruptedException {
    close.run();
    thread.join();
    System.exit(EXIT_CODE);
  }

  private static Trainer trainer(Engine engine, EngineSettings settings) {
    return Trainer.of(
        Sequential.of(
            Input.of(32, 32, 3),
            Conv2D.of(32, 3).activation(Activation.RELU),
            Conv2D.of(32, 3),
            GlobalAveragePooling2D.create(),
            Dense.of(2).activation(Activation.SOFTMAX)),
        TrainingConfig.of(
            config ->
                config
                    .engineSettings(settings)
                    .optimizer(Sgd.of(0.001))
                    .loss(Losses.categoricalCrossentropy())),
        engine);
  }

  private static void train(Trainer trainer, CountDownLatch training) {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      byte[] pixels = new byte[32 * 32 * 3];
      pixels[i] = (byte) 255;
      samples.add(new Sample(Image.wrap(32, 32, 3, pixels), i % 2));
    }
    Dataset images = Datasets.of("dots", List.of("a", "b"), samples);
    Callback steps =
        new Callback() {
          @Override
          public void onTrainBatchBegin(BatchBegin event) {
            if (training.getCount() == STEPS) {
              createStaticObject();
            }
          }

          @Override
          public void onTrainBatchEnd(BatchEnd event) {
            training.countDown();
          }
        };
    try {
      trainer.fit(
          images,
          fit -> fit.epochs(1_000_000).batchSize(32).callbacks(steps).verbosity(Verbosity.SILENT));
    } catch (EspalierException e) {
      System.out.println(e.code() + ": " + e.problem());
    }
  }

  /**
   * Registers a destructor, as a library does for an object that an operation creates when it runs
   * for the first time.
   */
  private static void createStaticObject() {
    NativeLibrary process = NativeLibrary.getProcess();
    Pointer text = new Pointer(Native.malloc(DESTROYED.length() + 1L)); // never freed
    text.setString(0, DESTROYED);
    Object[] destructor = {process.getFunction("puts"), text, Pointer.NULL};
    process.getFunction("__cxa_atexit").invokeInt(destructor);
  }
}
