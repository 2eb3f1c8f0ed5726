namespace Kioto.Tool.Http;

/// <summary>The methods that make a difference here.</summary>
internal enum RequestMethod
{
    Other,
    Get,
    Head,
}
