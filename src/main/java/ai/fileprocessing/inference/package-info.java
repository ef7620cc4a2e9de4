/**
 * Inference: what a model is, what a file is to a model, and the call to Amazon Bedrock. {@link
 * ai.fileprocessing.inference.Inference} is the door; this room knows nothing of jobs or stored
 * files. A model's trouble never leaves it as an exception: every end of a call is one of the
 * {@link ai.fileprocessing.inference.Outcome}s.
 */
package ai.fileprocessing.inference;
