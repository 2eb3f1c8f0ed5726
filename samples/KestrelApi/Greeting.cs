using System.Text.Json.Serialization;

namespace Kioto.Samples.KestrelApi;

/// <summary>What the JSON end point answers.</summary>
/// <param name="Message">The text.</param>
internal sealed record Greeting(string Message);

/// <summary>Its serializer, made at compile time.</summary>
[JsonSerializable(typeof(Greeting))]
internal sealed partial class GreetingJson : JsonSerializerContext;
