//! zencat as a library: `examples/plan.rs` is what its crate page points to, and gives a plan without any network.

#[allow(dead_code, unreachable_pub, missing_docs, reason = "an example is a program of its own")]
#[path = "../../examples/plan.rs"]
mod example;

#[test]
fn a_plan_needs_no_network() {
    let observed = example::observed();
    let manifest = "version: 1\nname: acme\nzendesk: {url: https://acme.zendesk.com}\nsmartcat: {region: eu}\n\
        workflows: {review: {stages: [translation], project: {name: P}}}\n\
        content:\n  - match: {article: 360001}\n    languages: [de, fr]\n    workflow: review\n";
    let plan = example::plan_of(manifest, &observed).unwrap();
    assert_eq!((plan.summary.create, plan.summary.words), (2, 16));
    let mut shown = Vec::new();
    example::show(&plan, &observed, &mut shown).unwrap();
    let shown = String::from_utf8(shown).unwrap();
    assert!(shown.contains("Unlock a bike") && shown.contains("Plan: 2 to translate."), "{shown}");
    assert_eq!(
        plan.digest(),
        example::plan_of(manifest, &observed).unwrap().digest(),
        "same inputs, same plan"
    );
}

#[test]
fn a_manifest_that_is_wrong_is_an_error_and_no_panic() {
    let error = example::plan_of("version: 1\n", &example::observed()).unwrap_err();
    assert!(error.contains("name"), "{error}");
}
