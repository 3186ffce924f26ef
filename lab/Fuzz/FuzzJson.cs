using System.Text.Json.Serialization;

namespace Lab.Fuzz;

/// <summary>What is written to disk between runs.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(FuzzProgress))]
internal sealed partial class FuzzJson : JsonSerializerContext;
