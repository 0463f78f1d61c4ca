package dev.espalier.core.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.core.fixture.OfferedEngine;
import dev.espalier.engine.Capability;
import dev.espalier.engine.Device;
import dev.espalier.engine.Engine;
import dev.espalier.engine.EngineSettings;
import dev.espalier.engine.Executable;
import dev.espalier.engine.Session;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.Variable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FrozenBaseEngineTest {
  private static final OfferedEngine PREDICTING =
      OfferedEngine.usable("predicting").forInferenceOnly();

  /** An engine with a graphics card, whose sessions do nothing. */
  private static final class Card implements Engine, Session {
    private boolean closed;

    @Override
    public String name() {
      return "card";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Device> devices() {
      return List.of(Device.gpu(0), Device.cpu());
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of(Capability.TRAINING);
    }

    @Override
    public Session openSession(Device device) {
      return this;
    }

    @Override
    public void write(Map<Variable, HostArray> values) {}

    @Override
    public HostArray read(Variable variable) {
      throw new AssertionError("not asked");
    }

    @Override
    public Executable compile(Program program) {
      throw new AssertionError("not asked");
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void programsAreDividedOnTheProcessorOnly() {
    Card card = new Card();
    Engine engine = FrozenBaseEngine.of(card, List.of(PREDICTING), EngineSettings.defaults());
    assertThat(engine.openSession(Device.gpu(0))).isSameAs(card);
    assertThat(engine.openSession(Device.cpu())).isNotSameAs(card);
    engine.close();
    assertThat(card.closed).isTrue();
  }

  @Test
  void looksLikeTheEngineThatTrains() {
    Card card = new Card();
    Engine engine = FrozenBaseEngine.of(card, List.of(PREDICTING), EngineSettings.defaults());
    assertThat(engine.name()).isEqualTo("card");
    assertThat(engine.version()).isEqualTo("1");
    assertThat(engine.devices()).isEqualTo(card.devices());
    assertThat(engine.capabilities()).isEqualTo(card.capabilities());
    assertThat(FrozenBaseEngine.training(engine)).isSameAs(card);
    assertThat(FrozenBaseEngine.of(card, List.of(), EngineSettings.defaults())).isSameAs(card);
  }
}
