package dev.espalier.testkit.engine;

import static dev.espalier.testkit.engine.EngineFixture.increment;
import static dev.espalier.testkit.engine.EngineFixture.weight;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Shape;
import dev.espalier.graph.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Concurrent sessions. Skipped for an engine without {@link Capability#CONCURRENT_SESSIONS}; {@link
 * CapabilityContract} tests that it rejects a second session.
 */
public interface ConcurrencyContract extends EngineFixture {

  private void assumeConcurrentSessions() {
    Assumptions.assumeTrue(
        engine().capabilities().contains(Capability.CONCURRENT_SESSIONS),
        engine().name() + " holds one session at a time");
  }

  /** Sessions do not see each other's variables. */
  @Test
  default void sessionsAreSeparate() {
    assumeConcurrentSessions();
    Variable variable = weight("w", 1);
    try (Session first = openSession();
        Session second = openSession();
        Executable step = first.compile(increment("step", variable))) {
      first.write(Map.of(variable, HostArray.wrap(Shape.of(1), 1)));
      second.write(Map.of(variable, HostArray.wrap(Shape.of(1), 100)));
      step.run(Map.of());
      assertThat(first.read(variable).at(0)).isEqualTo(2);
      assertThat(second.read(variable).at(0)).isEqualTo(100);
    }
  }

  /** Sessions run concurrently on several threads and may move between threads. */
  @Test
  default void sessionsRunOnSeveralThreads() throws Exception {
    assumeConcurrentSessions();
    Variable variable = weight("w", 1000);
    List<Session> sessions = new ArrayList<>();
    try {
      List<Callable<Double>> tasks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Session session = openSession();
        sessions.add(session);
        double start = i;
        tasks.add(
            () -> {
              try (Executable step = session.compile(increment("step", variable))) {
                session.write(Map.of(variable, HostArray.filled(variable.type(), start)));
                for (int k = 0; k < 200; k++) {
                  step.run(Map.of());
                }
                return session.read(variable).at(999);
              }
            });
      }
      assertThat(atOnce(tasks)).containsExactly(200.0, 201.0, 202.0, 203.0);
      assertThat(sessions)
          .extracting(session -> session.read(variable).at(0))
          .containsExactly(200.0, 201.0, 202.0, 203.0);
    } finally {
      sessions.forEach(Session::close);
    }
  }

  /**
   * Two engines, each with two sessions that train on threads of their own, while other sessions
   * are opened and closed (djl#2733, crash with two threads): each gives the same result as a
   * single one.
   */
  @Test
  default void enginesAndSessionsTrainOnSeveralThreads() throws Exception {
    assumeConcurrentSessions();
    assumeCapable(SmallTraining.program());
    int steps = 20;
    List<HostArray> alone;
    try (Session session = openSession()) {
      alone = SmallTraining.train(session, steps);
    }
    try (Engine other = openAnotherEngine()) {
      List<Callable<List<HostArray>>> tasks = new ArrayList<>();
      for (Engine engine : List.of(engine(), other, engine(), other)) {
        tasks.add(
            () -> {
              for (int i = 0; i < 3; i++) {
                try (Session passing = engine.openSession(Device.cpu())) {
                  SmallTraining.train(passing, 2);
                }
              }
              try (Session session = engine.openSession(Device.cpu())) {
                return SmallTraining.train(session, steps);
              }
            });
      }
      for (List<HostArray> weights : atOnce(tasks)) {
        for (int i = 0; i < alone.size(); i++) {
          assertThat(weights.get(i).toFloats())
              .containsExactly(alone.get(i).toFloats(), org.assertj.core.data.Offset.offset(1e-4f));
        }
      }
    }
  }

  private static <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(tasks)) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
