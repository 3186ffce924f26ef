using System.Text.Json.Serialization;

namespace Lab.Fuzz.Divergences;

/// <summary>The form of <c>divergence.json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Divergence))]
internal sealed partial class DivergenceJson : JsonSerializerContext;
