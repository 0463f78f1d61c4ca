package dev.espalier.core.internal.classifier;

import dev.espalier.core.internal.engine.CompiledStep;
import dev.espalier.core.internal.engine.CompiledSteps;
import dev.espalier.core.internal.engine.ModelVariables;
import dev.espalier.core.internal.program.Feeds;
import dev.espalier.core.internal.program.ImageSize;
import dev.espalier.core.internal.program.ProgramBuilder;
import dev.espalier.core.internal.program.StepProgram;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.model.Model;
import dev.espalier.random.RandomKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A session with a thread that answers the requests of a queue, a batch at a time, until the queue
 * is closed and empty.
 */
public final class InferenceSession {
  private final Model model;
  private final Session session;
  private final CompiledSteps steps;
  private final RequestQueue queue;
  private final BatchObserver observer;
  private final Thread thread;

  /** Is told about each batch that was computed. */
  @FunctionalInterface
  public interface BatchObserver {
    /** Called by the session's thread after a batch of {@code size} requests. */
    void computed(int size, long nanos);
  }

  /**
   * Opens a session on a device and starts its thread.
   *
   * @param number for the name of the thread
   */
  public static InferenceSession start(
      Engine engine,
      Device device,
      Model model,
      RequestQueue queue,
      BatchObserver observer,
      int number) {
    Session session = engine.openSession(device);
    try {
      return new InferenceSession(engine, session, model, queue, observer, number);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private InferenceSession(
      Engine engine,
      Session session,
      Model model,
      RequestQueue queue,
      BatchObserver observer,
      int number) {
    this.model = model;
    this.session = session;
    this.queue = queue;
    this.observer = observer;
    new ModelVariables(session, model, 0);
    this.steps = new CompiledSteps(engine, session);
    this.thread = new Thread(this::run, "espalier-classifier-" + number);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    List<InferenceRequest> batch = queue.take();
    while (!batch.isEmpty()) {
      long start = System.nanoTime();
      try {
        answer(batch);
      } catch (RuntimeException | Error e) { // reported to the callers; the session lives on
        for (InferenceRequest request : batch) {
          request.answer().completeExceptionally(e);
        }
      }
      observer.computed(batch.size(), System.nanoTime() - start);
      batch = queue.take();
    }
  }

  private void answer(List<InferenceRequest> batch) {
    InferenceTask task = batch.get(0).task();
    ImageSize size = task.size();
    CompiledStep step = steps.inference(task, () -> program(task));
    byte[] pixels = new byte[Math.multiplyExact(batch.size(), size.bytes())];
    int[] labels = new int[batch.size()];
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).image().copyTo(pixels, i * size.bytes());
      labels[i] = batch.get(i).label();
    }
    Map<String, HostArray> feeds = new HashMap<>();
    feeds.put(
        Feeds.IMAGE,
        HostArray.wrapBytes(
            Shape.of(batch.size(), size.height(), size.width(), size.channels()), pixels));
    feeds.put(Feeds.LABEL, HostArray.wrapInts(Shape.of(batch.size()), labels));
    Map<String, HostArray> results = step.run(feeds, batch.size(), RandomKey.ofSeed(0), 0);
    for (int i = 0; i < batch.size(); i++) {
      Map<String, HostArray> own = new LinkedHashMap<>();
      int row = i;
      step.step()
          .program()
          .outputs()
          .forEach(
              output ->
                  own.put(
                      output.name(),
                      Objects.requireNonNull(results.get(output.name())).rows(row, row + 1)));
      batch.get(i).answer().complete(own);
    }
  }

  private StepProgram program(InferenceTask task) {
    ProgramBuilder builder = new ProgramBuilder(model, task.size());
    return switch (task.kind()) {
      case OUTPUTS -> builder.predict();
      case FEATURES -> builder.features(String.valueOf(task.layer()));
      case ACTIVATION_MAP -> builder.activationMap(String.valueOf(task.layer()));
    };
  }

  /** Waits until the closed queue is empty, then releases the device. */
  public void close() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // what is running is answered first
      }
    }
    steps.close();
    session.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
