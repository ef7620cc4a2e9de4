/**
 * What bytes are: their media type, told from themselves. It knows paths, names and media types,
 * and nothing of callers, uploads or stores. Whatever the bytes are, looking at them takes little
 * memory and little time, and touches nothing but them.
 */
package ai.fileprocessing.files.detection;
