/**
 * The floor that the rooms stand on: the REST application, problem details, the caller, AWS
 * clients, configuration, time. It knows no room; every room may know it.
 */
package ai.fileprocessing.platform;
