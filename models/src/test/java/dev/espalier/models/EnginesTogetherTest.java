package dev.espalier.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.core.Trainer;
import dev.espalier.engine.Engine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Engines that train beside each other in one process. */
@Tag("native")
class EnginesTogetherTest {
  private static final int TRAINERS_PER_ENGINE = 2;

  private final Map<TestedEngine, Engine> engines = new EnumMap<>(TestedEngine.class);

  @BeforeEach
  void open() {
    for (TestedEngine tested : TestedEngine.values()) {
      engines.put(tested, tested.open());
    }
  }

  @AfterEach
  void close() {
    engines.values().forEach(Engine::close);
  }

  private List<Double> losses(TestedEngine tested) {
    try (Trainer trainer =
        Trainer.of(SmallFineTuning.model(), SmallFineTuning.config(), engines.get(tested))) {
      return SmallFineTuning.fit(trainer, fit -> fit.epochs(2).workers(1));
    }
  }

  /** djl#2733 (two threads crash), djl#570 (one model, another engine as the default). */
  @Test
  void trainersOnAllEnginesAndSeveralThreadsGiveWhatEachGivesAlone() throws Exception {
    Map<TestedEngine, List<Double>> alone = new EnumMap<>(TestedEngine.class);
    List<TestedEngine> order = new ArrayList<>();
    for (TestedEngine tested : TestedEngine.values()) {
      alone.put(tested, losses(tested));
    }
    for (int i = 0; i < TRAINERS_PER_ENGINE; i++) {
      order.addAll(List.of(TestedEngine.values()));
    }
    List<Callable<List<Double>>> tasks = new ArrayList<>();
    order.forEach(tested -> tasks.add(() -> losses(tested)));
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<Future<List<Double>>> results = threads.invokeAll(tasks);
      for (int i = 0; i < results.size(); i++) {
        List<Double> expected = alone.get(order.get(i));
        List<Double> losses = results.get(i).get();
        assertThat(losses).hasSameSizeAs(expected);
        for (int step = 0; step < losses.size(); step++) {
          assertThat(losses.get(step))
              .as("%s, step %s", order.get(i), step)
              .isEqualTo(expected.get(step), within(1e-5));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
