/**
 * Inference: what a model is, what a file is to a model, the call to Amazon Bedrock, and the
 * prompts that callers save. {@link ai.fileprocessing.inference.Inference} is the door, {@link
 * ai.fileprocessing.inference.Prompts} the one to saved prompts; this room knows nothing of jobs or
 * stored files. A model's trouble never leaves it as an exception: every end of a call is one of
 * the {@link ai.fileprocessing.inference.Outcome}s.
 */
package ai.fileprocessing.inference;
