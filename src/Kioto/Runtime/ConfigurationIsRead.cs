namespace Kioto;

/// <summary>
/// Among an application's services where somebody reads the configuration section "Kioto": what finds itself on a runtime
/// that nobody has configured can tell whether what the section says is lost.
/// </summary>
internal sealed class ConfigurationIsRead;
