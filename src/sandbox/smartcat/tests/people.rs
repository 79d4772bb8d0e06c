//! The team, vendors, and who works on what.

use super::*;
use crate::sandbox::smartcat::AssignmentMode;

struct Team {
    freelancers: Vec<String>,
    in_house: String,
    vendor: String,
}

fn team(cat: &mut Cat) -> Team {
    let search = |cat: &mut Cat, text: &str| {
        let model = json!({"skip": 0, "limit": 10, "searchString": text});
        body(&cat.send("POST", "v1/account/searchMyTeam", &model))[0]["id"].as_str().unwrap().to_owned()
    };
    Team {
        freelancers: vec![search(cat, "reviewer@"), search(cat, "Bernard")],
        in_house: search(cat, "manager@"),
        vendor: cat.get("v1/vendor/list")[0]["id"].as_str().unwrap().to_owned(),
    }
}

fn document(cat: &mut Cat, project: &str, name: &str) -> String {
    let ids = cat.upload(project, name, locjson(&[("k", "One two three")]));
    cat.wait(1000);
    ids[0].clone()
}

#[test]
fn the_team_is_searched_and_grows() {
    let mut cat = cat();
    let team = team(&mut cat);
    let search = |cat: &mut Cat, model: Value| cat.send("POST", "v1/account/searchMyTeam", &model).status;
    assert_eq!(search(&mut cat, json!({"skip": 0})), 400);
    assert_eq!(search(&mut cat, json!({"skip": 0, "limit": 501})), 400);
    assert_eq!(search(&mut cat, json!({"skip": 0, "limit": 1, "targetLanguage": "xx-YY"})), 400);
    assert_eq!(search(&mut cat, json!({"skip": 0, "limit": 1, "serviceType": "magic"})), 400);
    assert_eq!(cat.get(&format!("v1/account/myTeam/{}", team.in_house))["email"], "manager@example.com");
    let model = json!({"email": "new@example.com", "firstName": "N", "lastName": "W", "externalId": "e1"});
    assert_eq!(cat.send("POST", "v1/account/myTeam", &model).status, 200);
    assert_eq!(cat.send("POST", "v1/account/myTeam", &model).status, 409);
    assert_eq!(cat.get("v1/account/myTeam?externalId=e1")["email"], "new@example.com");
    assert_eq!(cat.call("GET", "v1/account/myTeam?externalId=e2").status, 404);
    let project = cat.project();
    let managers = format!("v1/project/{project}/managers");
    assert_eq!(cat.send("POST", &managers, &json!([team.in_house])).status, 200);
    assert_eq!(cat.send("POST", &managers, &json!([ACCOUNT])).status, 400);
    assert_eq!(cat.get(&format!("v1/project/{project}"))["managers"], json!([team.in_house]));
    assert_eq!(cat.send("DELETE", &managers, &json!([team.in_house])).status, 204);
}

#[test]
fn words_are_shared_among_linguists() {
    let mut cat = cat();
    let team = team(&mut cat);
    let project = cat.project();
    let id = document(&mut cat, &project, "a.locjson");
    let target = format!("v1/document/assign?documentId={id}&stageNumber=2");
    let model = json!({"executives": [{"id": team.freelancers[0]}, {"id": team.in_house}]});
    assert_eq!(cat.send("POST", &target, &model).status, 204);
    let stage = cat.get(&format!("v1/document?documentId={id}"))["workflowStages"][1].clone();
    let words: Vec<_> =
        stage["executives"].as_array().unwrap().iter().map(|e| e["assignedWordsCount"].clone()).collect();
    assert_eq!(words, [2, 1]);
    assert_eq!((&stage["status"], &stage["unassignedWordsCount"]), (&json!("assigned"), &json!(0)));
    assert_eq!(cat.send("POST", &target, &model).status, 400, "assigned already");
    let unassign = format!("v1/document/unassign?documentId={id}&stageNumber=2");
    assert_eq!(cat.send("POST", &unassign, &json!(team.in_house)).status, 204);
    assert_eq!(cat.send("POST", &unassign, &json!(team.in_house)).status, 400);
}

#[test]
fn invitations_are_for_freelancers() {
    let mut cat = cat();
    let team = team(&mut cat);
    let project = cat.project();
    let id = document(&mut cat, &project, "a.locjson");
    let target = format!("v1/document/assign?documentId={id}&stageNumber=1");
    let with = |mode: &str, id: &str| json!({"executives": [{"id": id}], "assignmentMode": mode});
    assert_eq!(cat.send("POST", &target, &with("rocket", &team.in_house)).status, 400);
    assert_eq!(cat.send("POST", &target, &with("magic", &team.freelancers[0])).status, 400);
    assert_eq!(cat.send("POST", &target, &with("rocket", ACCOUNT)).status, 400);
    assert_eq!(cat.send("POST", &target, &with("inviteOnly", &team.freelancers[0])).status, 204);
    let shown = cat.get(&format!("v1/document?documentId={id}"));
    assert_eq!(shown["workflowStages"][0]["status"], "notAssigned", "invited is not assigned");
    assert_eq!(cat.send("POST", &target, &with("rocket", &team.freelancers[0])).status, 204);
    let shown = cat.get(&format!("v1/document?documentId={id}"));
    assert_eq!(shown["workflowStages"][0]["status"], "assigned");
    let wrong_stage = format!("v1/document/assign?documentId={id}&stageNumber=3");
    assert_eq!(cat.send("POST", &wrong_stage, &with("rocket", &team.freelancers[0])).status, 400);
    let unparsed = cat.upload(&project, "b.locjson", locjson(&[("k", "One")]))[0].clone();
    let early = format!("v1/document/assign?documentId={unparsed}&stageNumber=1");
    assert_eq!(cat.send("POST", &early, &with("rocket", &team.freelancers[0])).status, 400);
}

#[test]
fn invitations_may_be_hidden_until_somebody_accepts() {
    let mut cat = cat_with(|behaviour| behaviour.invitations = crate::sandbox::smartcat::Invitations::Hidden);
    let team = team(&mut cat);
    let project = cat.project();
    let id = document(&mut cat, &project, "a.locjson");
    let model = json!({"documentIds": [id], "stageNumber": "1"});
    assert_eq!(body(&cat.send("POST", "v1/document/assignFromMyTeam", &model)), 2);
    let stage = |cat: &mut Cat| cat.get(&format!("v1/document?documentId={id}"))["workflowStages"][0].clone();
    let shown = stage(&mut cat);
    assert_eq!((&shown["executives"], &shown["status"]), (&json!([]), &json!("notAssigned")));
    let now = cat.now;
    cat.state.accept_invitation(&id, 1, now).unwrap();
    let shown = stage(&mut cat);
    assert_eq!(
        (&shown["executives"][0]["id"], &shown["status"]),
        (&json!(team.freelancers[0]), &json!("assigned"))
    );
    cat.state.release_by_hand(&id, 1, now).unwrap();
    cat.state.assign_by_hand(&id, 1, &team.in_house, now).unwrap();
    assert_eq!(stage(&mut cat)["executives"][0]["id"], json!(team.in_house));
    assert!(
        cat.state.release_by_hand(&id, 3, now).is_err()
            && cat.state.accept_invitation("x_7", 1, now).is_err()
    );
}

#[test]
fn whole_teams_freelancers_and_vendors_are_assigned() {
    let mut cat = cat();
    let team = team(&mut cat);
    let project = cat.project();
    let a = document(&mut cat, &project, "a.locjson");
    let b = document(&mut cat, &project, "b.locjson");
    let target = format!("v1/document/assignFreelancers?documentId={a}&stageNumber=1");
    assert_eq!(cat.send("POST", &target, &json!([team.in_house])).status, 400);
    assert_eq!(cat.send("POST", &target, &json!(team.freelancers)).status, 204);
    let model = json!({"documentIds": [a, b], "stageNumber": "2"});
    assert_eq!(body(&cat.send("POST", "v1/document/assignFromMyTeam", &model)), 2);
    let other = format!("{}_12", file_id(&b));
    let mixed = json!({"documentIds": [b, other], "stageNumber": "1"});
    assert_eq!(cat.send("POST", "v1/document/assignFromMyTeam", &mixed).status, 400);
    let vendor = |id: &str, vendor: &str| {
        format!("v1/document/assignVendors?documentId={id}&stageNumber=1&vendorAccountId={vendor}")
    };
    assert_eq!(cat.call("POST", &vendor(&b, ACCOUNT)).status, 404);
    assert_eq!(cat.call("POST", &vendor(&b, &team.vendor)).status, 204);
    assert_eq!(cat.call("POST", &vendor(&b, &team.vendor)).status, 409);
    assert_eq!(cat.call("POST", &vendor(&a, &team.vendor)).status, 409);
    let shown = cat.get(&format!("v1/document?documentId={b}"))["workflowStages"][0].clone();
    assert_eq!(shown["vendor"]["name"], "Northwind Translations");
    let to_people = format!("v1/document/assignFreelancers?documentId={b}&stageNumber=1");
    assert_eq!(cat.send("POST", &to_people, &json!(team.freelancers)).status, 403);
}

#[test]
fn who_works_in_a_project_gets_its_new_documents() {
    let mut cat = cat();
    let team = team(&mut cat);
    let project = cat.project();
    let a = document(&mut cat, &project, "a.locjson");
    let target = format!("v1/document/assignFreelancers?documentId={a}&stageNumber=1");
    cat.send("POST", &target, &json!([team.freelancers[0]]));
    let b = document(&mut cat, &project, "b.locjson");
    let assign = format!("v1/project/{project}/assign?mode=currentAssignees");
    let rows = body(&cat.call("POST", &assign));
    assert_eq!(rows, json!([{"documentId": b, "languageId": 7, "workflowStageId": 1}]));
    assert_eq!(body(&cat.call("POST", &assign)), json!([]));
    assert_eq!(cat.document(&b).stages[0].executives, [team.freelancers[0].clone()]);
}

#[test]
fn templates_need_project_tasks() {
    let mut cat = cat();
    let project = cat.project();
    let list = format!("v1/assignment-templates/project/{project}");
    let refused = cat.call("GET", &list);
    assert_eq!(refused.status, 403);
    assert!(text(&refused).contains("Project tasks are not available for the requested"));
    assert_eq!(cat.call("GET", &format!("v1/projectTask/{project}/list?currency=usd")).status, 403);

    let behaviour =
        Behaviour { assignment_mode: AssignmentMode::ProjectTask, ..cat.state.behaviour().clone() };
    cat.state.set_behaviour(behaviour);
    let template = cat.get(&list)[0]["id"].as_str().unwrap().to_owned();
    let apply =
        |template: &str| format!("v1/assignment-templates/{template}/project/{project}?deadlineHours=48");
    let id = cat.upload(&project, "a.locjson", locjson(&[("k", "One")]))[0].clone();
    assert_eq!(cat.call("POST", &apply(&template)).status, 403, "documents are still being added");
    cat.wait(1000);
    assert_eq!(cat.call("POST", &apply(ACCOUNT)).status, 404);
    let applied = body(&cat.call("POST", &apply(&template)));
    assert_eq!(applied, json!({"assignedCount": 4, "unassignedCount": 0}));
    assert!(cat.document(&id).stages[0].vendor.is_some());
    assert_eq!(cat.call("GET", &format!("v1/projectTask/{project}/list")).status, 400);
    let tasks = cat.get(&format!("v1/projectTask/{project}/list?currency=usd"));
    assert_eq!(tasks.as_array().unwrap().len(), 4);
    assert_eq!((&tasks[0]["targetLanguage"], &tasks[0]["status"]), (&json!("de"), &json!("inProgress")));
    let of_document = format!("v1/projectTask/{project}/list?currency=usd&documentId={id}&limit=1&skip=1");
    assert_eq!(cat.get(&of_document)[0]["stageType"], "postediting");
    cat.state.set_behaviour(Behaviour { prepayment: true, ..cat.state.behaviour().clone() });
    assert_eq!(cat.call("POST", &apply(&template)).status, 402);
}
