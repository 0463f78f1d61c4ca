package dev.espalier.engine.mxnet;

import ai.djl.mxnet.engine.MxNDArray;
import ai.djl.mxnet.engine.MxNDManager;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.espalier.engine.mxnet.Instruction.Invoke;
import java.util.Arrays;
import java.util.List;

/**
 * An operator with its parameters in native memory, so that it can run repeatedly. Results that
 * nobody asked for are freed. Not thread-safe.
 */
final class Operator {
  private final Functions functions;
  private final Pointer handle;
  private final int parameters;
  private final int results;
  private final StringArray keys;
  private final StringArray values;
  private final Memory inputs;
  private final IntByReference outputCount = new IntByReference();
  private final PointerByReference outputs = new PointerByReference();
  private final PointerByReference storage = new PointerByReference();

  Operator(Functions functions, Invoke invoke) {
    this.functions = functions;
    PointerByReference found = new PointerByReference();
    Functions.check(functions, functions.NNGetOpHandle(invoke.operator(), found));
    handle = found.getValue();
    parameters = invoke.parameters().size();
    results = invoke.results().size();
    List<String> names = List.copyOf(invoke.parameters().keySet());
    keys = new StringArray(names.toArray(String[]::new));
    values = new StringArray(names.stream().map(invoke.parameters()::get).toArray(String[]::new));
    inputs = new Memory((long) Native.POINTER_SIZE * Math.max(1, invoke.arguments().size()));
  }

  /** Runs the operator and returns its first results. */
  List<MxNDArray> run(MxNDManager manager, List<MxNDArray> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      inputs.setPointer((long) Native.POINTER_SIZE * i, arguments.get(i).getHandle());
    }
    // 0: MXNet allocates the results.
    outputCount.setValue(0);
    outputs.setValue(Pointer.NULL);
    Functions.check(
        functions,
        functions.MXImperativeInvokeEx(
            handle,
            arguments.size(),
            inputs,
            outputCount,
            outputs,
            parameters,
            keys,
            values,
            storage));
    Pointer[] made = outputs.getValue().getPointerArray(0, outputCount.getValue());
    for (int i = results; i < made.length; i++) {
      manager.create(made[i]).close();
    }
    return Arrays.stream(made, 0, results).map(manager::create).toList();
  }
}
