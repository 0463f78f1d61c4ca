package dev.espalier.engine.onnxruntime;

import dev.espalier.engine.lowering.NativeProgram;
import dev.espalier.graph.HostArray;
import dev.espalier.graph.Program;
import dev.espalier.graph.internal.RowByRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A program of a session, whose larger part is run for a slice of the batch at a time where that is
 * possible: ONNX Runtime computes one operator after the other for all samples that it is given,
 * and what operators hand on is in the cache of the processor only if it is small. Not thread-safe.
 */
final class OnnxRuntimeProgram implements NativeProgram {
  private final Program program;
  private final ProgramPart first;

  /** What is computed of the results of all slices. */
  private final @Nullable ProgramPart rest;

  /** How many samples the first program is run for at most. */
  private final int samplesPerSlice;

  /** An input with a row for each sample. */
  private final @Nullable String batch;

  /**
   * Prepares a program.
   *
   * @param sliceBytes how large the largest value of a slice may be, unless it is that of a single
   *     sample
   * @param prepare prepares the program or its parts
   */
  OnnxRuntimeProgram(Program program, long sliceBytes, Function<Program, ProgramPart> prepare) {
    this.program = program;
    SlicedProgram sliced = SlicedProgram.of(program);
    if (sliced == null) {
      this.first = prepare.apply(program);
      this.rest = null;
      this.samplesPerSlice = Integer.MAX_VALUE;
      this.batch = null;
    } else {
      this.first = prepare.apply(sliced.samples());
      this.rest = sliced.rest() == null ? null : prepare.apply(sliced.rest());
      this.samplesPerSlice =
          (int) Math.min(Integer.MAX_VALUE, Math.max(1, sliceBytes / sliced.largest()));
      this.batch = batch(sliced.samples());
    }
  }

  private static @Nullable String batch(Program program) {
    return program.inputs().entrySet().stream()
        .filter(input -> RowByRow.isBatch(input.getValue().shape()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  @Override
  public Map<String, HostArray> run(Map<String, HostArray> inputs) {
    Map<String, HostArray> computed = slices(inputs);
    if (rest == null) {
      return computed;
    }
    Map<String, HostArray> known = new HashMap<>(inputs);
    known.putAll(computed);
    known.putAll(rest.run(known));
    Map<String, HostArray> outputs = new LinkedHashMap<>();
    for (Program.Output output : program.outputs()) {
      outputs.put(output.name(), Objects.requireNonNull(known.get(output.name())));
    }
    return outputs;
  }

  private Map<String, HostArray> slices(Map<String, HostArray> inputs) {
    int samples = batch == null ? 0 : Objects.requireNonNull(inputs.get(batch)).shape().size(0);
    if (samples <= samplesPerSlice) {
      return first.run(inputs);
    }
    int slices = 1 + (samples - 1) / samplesPerSlice;
    Map<String, List<HostArray>> parts = new LinkedHashMap<>();
    for (int i = 0; i < slices; i++) {
      int from = start(samples, slices, i);
      first
          .run(inputs, from, start(samples, slices, i + 1))
          .forEach((name, part) -> parts.computeIfAbsent(name, key -> new ArrayList<>()).add(part));
    }
    Map<String, HostArray> outputs = new LinkedHashMap<>();
    parts.forEach((name, all) -> outputs.put(name, TensorTransfer.joined(all)));
    return outputs;
  }

  /** Returns where a slice begins, so that all are about equally large. */
  private static int start(int samples, int slices, int slice) {
    return Math.toIntExact((long) samples * slice / slices);
  }

  @Override
  public void close() {
    first.close();
    if (rest != null) {
      rest.close();
    }
  }
}
