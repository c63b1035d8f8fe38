/**
 * The classes under which standardized layers are saved, registered so that TensorFlow.js's own
 * loader makes them again. Import it for that.
 *
 * @module
 */
import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { layerKind, standardizedClassNames } from "./layer_kinds.ts";
import { type LayerStandardization, standardizeLayer } from "./standardized_layer.ts";

type SavedConfig = tf.serialization.ConfigDict & { standardization: LayerStandardization };

/** Registers the class under which standardized layers are saved, so that they load again. */
function register(standardizedClassName: string): void {
  // Loading makes the layer that was saved and standardizes it: there is no second implementation.
  class Standardized extends tf.layers.Layer {
    static className = standardizedClassName;
    static override fromConfig<T extends tf.serialization.Serializable>(
      _cls: tf.serialization.SerializableConstructor<T>,
      config: tf.serialization.ConfigDict,
    ): T {
      const { standardization, ...plainConfig } = config as SavedConfig;
      const layer = plainLayer(standardization.className, plainConfig);
      standardizeLayer(layer, standardization);
      return layer as unknown as T; // TensorFlow.js asks for an instance of the registered class
    }
  }
  tf.serialization.registerClass(Standardized);
}

function plainLayer(className: string, config: tf.serialization.ConfigDict): tf.layers.Layer {
  const registered = tf.serialization.SerializationMap.getMap().classNameMap[className];
  const isKnown = registered !== undefined && layerKind(className) !== undefined;
  check(isKnown, TypeError, "load a standardized layer as its class must be known", className);
  const [cls, fromConfig] = registered;
  return fromConfig(cls, config) as tf.layers.Layer;
}

standardizedClassNames.forEach(register);
