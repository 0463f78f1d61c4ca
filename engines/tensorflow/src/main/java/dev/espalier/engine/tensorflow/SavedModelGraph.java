package dev.espalier.engine.tensorflow;

import dev.espalier.graph.DataType;
import dev.espalier.graph.Op;
import dev.espalier.graph.Variable;
import dev.espalier.plugin.ExportRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** The graph of a SavedModel: what the engine runs to predict, with constants for variables. */
final class SavedModelGraph implements GraphTarget.Leaves {
  /** The name of the signature that TensorFlow Serving and others use by default. */
  static final String SIGNATURE = "serving_default";

  private static final String PREDICT = "tensorflow/serving/predict";

  private final ExportRequest request;
  private final boolean floats;
  private final Map<Variable, Output<?>> constants = new HashMap<>();

  private SavedModelGraph(ExportRequest request, boolean floats) {
    this.request = request;
    this.floats = floats;
  }

  /**
   * Returns the file of a model. The library must be loaded.
   *
   * @param floats whether bytes, which images are, are taken as float32
   */
  static SavedModel of(ExportRequest request, boolean floats) {
    String root = GraphTarget.sanitized(request.program().name());
    try (Graph graph = new Graph()) {
      GraphWriter tf = new GraphWriter(graph, root, "");
      SavedModelGraph leaves = new SavedModelGraph(request, floats);
      LoweredProgram lowered = new GraphTarget(request.program(), leaves, tf, root, true).add();
      SignatureDef.Builder signature = SignatureDef.newBuilder().setMethodName(PREDICT);
      lowered.inputs().forEach((name, input) -> signature.putInputs(name, info(input)));
      lowered.outputs().forEach((name, output) -> signature.putOutputs(name, info(output)));
      return SavedModel.newBuilder()
          .setSavedModelSchemaVersion(1)
          .addMetaGraphs(
              MetaGraphDef.newBuilder()
                  .setMetaInfoDef(
                      MetaGraphDef.MetaInfoDef.newBuilder()
                          .addTags("serve")
                          .setTensorflowVersion(TensorFlow.version()))
                  .setGraphDef(graph.toGraphDef())
                  .putSignatureDef(SIGNATURE, signature.build()))
          .build();
    }
  }

  private static TensorInfo info(Output<?> output) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : output.shape().asArray()) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return TensorInfo.newBuilder()
        .setName(output.op().name() + ":" + output.index())
        .setDtype(output.dataType())
        .setTensorShape(shape)
        .build();
  }

  @Override
  public DataType inputType(Op.Input input) {
    DataType type = input.type().dataType();
    return floats && type == DataType.UINT8 ? DataType.FLOAT32 : type;
  }

  @Override
  public Output<?> read(GraphWriter tf, Variable variable) {
    return constants.computeIfAbsent(variable, one -> tf.constant(request.value(one)));
  }

  @Override
  public GraphOperation assign(
      GraphWriter tf, Variable variable, Output<?> newValue, List<Operation> after) {
    throw new IllegalStateException("A program that predicts updates " + variable.name() + ".");
  }
}
